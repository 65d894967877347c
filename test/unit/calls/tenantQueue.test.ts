import { describe, expect, it } from 'vitest';
import { createTenantQueue, type TenantQueue } from '../../../services/core/src/calls/tenantQueue.js';
import { until } from '../../harness/until.js';

const queueOf = (...numbers: string[]): TenantQueue => {
  const queue = createTenantQueue({ most: 3, mostAlone: 2, onRested: () => undefined });
  queue.add(numbers);
  return queue;
};

const nextOf = (queue: TenantQueue): readonly string[] | undefined => queue.next()?.numbers;

describe('the queue of tenants', () => {
  it('gives those that have waited longest together, each of them once', () => {
    const queue = queueOf('1', '2', '3', '4');
    queue.add(['1', '5']);
    expect([nextOf(queue), nextOf(queue), nextOf(queue)]).toEqual([['1', '2', '3'], ['4', '5'], undefined]);
  });

  it('keeps what comes for a tenant that is under way until that is over', () => {
    const queue = queueOf('1');
    const group = queue.next();
    queue.add(['1', '2']);
    expect(nextOf(queue)).toEqual(['2']);
    expect(nextOf(queue)).toBeUndefined();
    if (group) queue.over(group);
    expect(nextOf(queue)).toEqual(['1']);
  });

  it('gives one that was set apart alone, in its turn, with as many events as it was set apart with', () => {
    const queue = queueOf('1', '2', '3', '4');
    queue.setApart('2', 7);
    queue.setApart('4', 8);
    expect(queue.next()).toEqual({ numbers: ['1', '3'], aloneWith: undefined });
    expect(queue.next()).toEqual({ numbers: ['2'], aloneWith: 7 });
    expect(queue.next()).toEqual({ numbers: ['4'], aloneWith: 8 });
  });

  it('keeps room for those that go together', () => {
    const queue = queueOf('1', '2', '3', '4');
    for (const number of ['1', '2', '3']) queue.setApart(number, 1);
    const first = queue.next();
    expect([nextOf(queue), nextOf(queue), nextOf(queue)]).toEqual([['2'], ['4'], undefined]);
    if (first) queue.over(first);
    expect(nextOf(queue)).toEqual(['3']);
  });

  it('lets one that was set apart go with others when it may', () => {
    const queue = queueOf('1', '2');
    queue.setApart('1', 1);
    queue.admit('1');
    expect(nextOf(queue)).toEqual(['1', '2']);
  });

  it('passes over one that rests, and tells when it has rested', async () => {
    let rested = false;
    const queue = createTenantQueue({ most: 3, mostAlone: 1, onRested: () => (rested = true) });
    queue.add(['1', '2']);
    queue.rest('1', 20);
    expect([nextOf(queue), nextOf(queue)]).toEqual([['2'], undefined]);
    await until('it has rested', () => Promise.resolve(rested));
    expect(nextOf(queue)).toEqual(['1']);
  });

  it('has nobody when it was cleared', () => {
    const queue = queueOf('1');
    queue.clear();
    expect(queue.next()).toBeUndefined();
  });
});
