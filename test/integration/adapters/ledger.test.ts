import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import { CrmError, NoAnswer, withQuickTries, type Ledger } from '@live-calls/shared/runtime';
import { createLedger } from '../../../shared/src/runtime/adapter/ledger.js';
import { createOneAtATime } from '../../../shared/src/runtime/adapter/oneAtATime.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';

let database: TestDatabase;
let ledger: Ledger;
let calls = 0;
let done: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const ledgerOf = (externalId: string): Ledger =>
  createLedger(database.pool, { enterpriseNumber: EnterpriseNumber.parse('0367'), crm: 'uon', externalId });

beforeEach(() => {
  calls += 1;
  done = [];
  ledger = ledgerOf(String(calls));
});

const perform =
  (result: unknown = null) =>
  (): Promise<unknown> => {
    done.push('x');
    return Promise.resolve(result);
  };
const failing = (error: Error) => (): Promise<never> => {
  done.push('x');
  return Promise.reject(error);
};

describe('the ledger', () => {
  it('does a step once and remembers its result', async () => {
    expect(await ledger.once('upload', 'report', perform({ id: 7 }))).toEqual({ id: 7 });
    expect(await ledger.once('upload', 'report', perform({ id: 8 }))).toEqual({ id: 7 });
    expect(done).toHaveLength(1);
    expect(await ledger.resultOf('upload')).toEqual({ id: 7 });
    expect(await ledger.resultOf('other')).toBeUndefined();
  });

  it('knows its steps in their order, and nobody else sees them', async () => {
    await ledger.once('b', 'repeat', perform());
    await ledger.once('a', 'repeat', perform(undefined));
    expect(await ledger.done()).toEqual(['b', 'a']);
    expect(await ledger.resultOf('a')).toBeNull();
    expect(await ledgerOf('another call').done()).toEqual([]);
  });

  it.each([
    ['was refused', new CrmError('no', { kind: 'rejected', advice: '…' })],
    ['met a limit', new CrmError('429', { kind: 'limited' })],
    ['never left', new NoAnswer('refused', false)],
  ])('forgets a step that %s', async (_why, error) => {
    await expect(ledger.once('upload', 'report', failing(error))).rejects.toBe(error);
    expect(await ledger.done()).toEqual([]);
    await ledger.once('upload', 'report', perform());
    expect(done).toHaveLength(2);
  });

  it('reports a step of which nobody knows whether it was done, and does not do it again', async () => {
    const unknown = { facts: { kind: 'unknown' } };
    await expect(ledger.once('upload', 'report', failing(new NoAnswer('reset', true)))).rejects.toMatchObject(unknown);
    await expect(ledger.once('upload', 'report', perform())).rejects.toMatchObject(unknown);
    await expect(ledger.once('other', 'report', failing(new TypeError('x')))).rejects.toThrow(TypeError);
    await expect(ledger.once('other', 'report', perform())).rejects.toMatchObject(unknown);
    expect(done).toHaveLength(2);
  });

  it('repeats it where the CRM recognises that', async () => {
    const lost = new NoAnswer('reset', true);
    await expect(ledger.once('upload', 'repeat', failing(lost))).rejects.toBe(lost);
    expect(await ledger.done()).toEqual([]);
    expect(await ledger.once('upload', 'repeat', perform(1))).toBe(1);
    expect(await ledger.done()).toEqual(['upload']);
  });

  it('remembers that a step may be done, whatever became of later tries', async () => {
    const lost = new NoAnswer('reset', true);
    const refused = new NoAnswer('refused', false);
    const busy = new CrmError('429', { kind: 'limited' });
    const told: boolean[] = [];
    const attempt = (...failures: Error[]) =>
      ledger.once('upload', 'repeat', (isRepeated) => {
        told.push(isRepeated);
        return withQuickTries(() => Promise.reject(failures.shift() ?? busy), { mayRepeat: true, tries: 2 });
      });
    await expect(attempt(busy, busy)).rejects.toBe(busy);
    await expect(attempt(lost, busy)).rejects.toBe(busy);
    await expect(attempt(refused, refused)).rejects.toMatchObject({ sent: false });
    await expect(attempt(lost, refused)).rejects.toMatchObject({ sent: true });
    await expect(attempt()).rejects.toBe(busy);
    expect(told).toEqual([false, false, true, true, true]);
  });

  it('sees what another process has begun', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => ledgerOf('shared').once('upload', 'report', perform())),
    );
    expect(done).toHaveLength(1);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
  });
});

describe('work of one call', () => {
  it('runs one after the other, also after a failure; that of others does not wait', async () => {
    const { run, settled } = createOneAtATime();
    const order: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = run('a', async () => {
      await held;
      order.push('first');
      throw new Error('first failed');
    });
    const second = run('a', () => Promise.resolve(order.push('second')));
    await run('b', () => Promise.resolve(order.push('other')));
    release();
    await expect(first).rejects.toThrow('first failed');
    await second;
    await settled();
    expect(order).toEqual(['other', 'first', 'second']);
  });
});
