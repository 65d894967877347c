import { describe, expect, it } from 'vitest';
import { CrmError } from '@live-calls/shared/runtime';
import { createPacer } from '../../../shared/src/runtime/adapter/pacer.js';

const LIMIT = { name: 'all', burst: 3, perSecond: 10 };

/** Milliseconds that the account would have to wait for one more turn; 0 when it has just got it. */
async function waitMs(turn: Promise<void>): Promise<number> {
  try {
    await turn;
    return 0;
  } catch (error) {
    if (!(error instanceof CrmError) || error.facts.kind !== 'limited') throw error;
    return error.facts.retryAfterMs ?? -1;
  }
}

describe('the pace of an account', () => {
  it('lets a burst through, and then so many a second', async () => {
    let now = 1_000;
    const pacer = createPacer(() => now);
    const turn = (): Promise<number> => waitMs(pacer.turn('a', LIMIT, 0));
    expect([await turn(), await turn(), await turn()]).toEqual([0, 0, 0]);
    expect(await turn()).toBe(100);
    now += 100;
    expect([await turn(), await turn()]).toEqual([0, 100]);
    now += 10_000;
    expect([await turn(), await turn(), await turn(), await turn()]).toEqual([0, 0, 0, 100]);
  });

  it('lets through what need not wait, however little time there is', async () => {
    const pacer = createPacer(() => 0);
    expect(await waitMs(pacer.turn('a', LIMIT, -5))).toBe(0);
  });

  it('is its own, and that of each limit', async () => {
    const pacer = createPacer(() => 0);
    for (const account of ['a', 'a', 'a', 'b']) expect(await waitMs(pacer.turn(account, LIMIT, 0))).toBe(0);
    expect(await waitMs(pacer.turn('a', { ...LIMIT, name: 'other' }, 0))).toBe(0);
    expect(await waitMs(pacer.turn('a', LIMIT, 0))).toBe(100);
  });

  it('makes those wait who have the time, in their order', async () => {
    const pacer = createPacer(() => performance.now());
    const done: number[] = [];
    await Promise.all([1, 2, 3, 4, 5].map((n) => pacer.turn('a', LIMIT, 1_000).then(() => done.push(n))));
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  it('forgets accounts that are at rest, not those that are not', async () => {
    let now = 0;
    const pacer = createPacer(() => now);
    for (let n = 0; n < 2_500; n++) await pacer.turn(String(n), LIMIT, 0);
    now += 1_000;
    for (let n = 0; n < 3; n++) await pacer.turn('busy', LIMIT, 0);
    for (let n = 0; n < 2_500; n++) await pacer.turn(`again ${n}`, LIMIT, 0);
    expect(await waitMs(pacer.turn('busy', LIMIT, 0))).toBe(100);
  });
});
