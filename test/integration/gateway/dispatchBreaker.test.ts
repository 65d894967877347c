import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../harness/until.js';
import { DONE, DOWN } from './dispatchAdapter.js';
import { createDispatchStage, type DispatchStage, type Gateway } from './dispatchStage.js';

let stage: DispatchStage;
let gateway: Gateway;
beforeEach(async () => {
  stage = await createDispatchStage();
});
afterEach(() => stage.end());

const start = async (): Promise<void> => void (gateway = await stage.startGateway());
const deadOnes = async (): Promise<string[]> =>
  (await stage.deliveries()).filter(({ state }) => state === 'dead').map(({ key }) => key);

describe('a CRM that is down', () => {
  it('for ten minutes is tried out by one delivery at a time, and has everything afterwards', async () => {
    let atOnce = 0;
    let most = 0;
    let isDown = true;
    stage.adapter.answer = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce -= 1;
      return isDown ? DOWN : DONE;
    };
    await start();
    const other = await stage.startGateway();
    const ids = Array.from({ length: 12 }, (_, n) => `call${n}`);
    for (const id of ids) {
      await stage.hand(gateway, 'dial', id);
      await stage.hand(gateway, 'hangup', id);
    }
    const breaker = async (): Promise<{ failures: number; held: number; heldUntil: number } | undefined> =>
      (
        await stage.database.pool.query<{ failures: number; held: number; heldUntil: number }>(
          `select failures, extract(epoch from held_until - now())::float8 as held,
             extract(epoch from held_until)::float8 * 1000 as "heldUntil" from crm_destinations`,
        )
      ).rows[0];
    // Failures of a card that is then dropped count as well; what had begun when it opened may still come back.
    await until('the breaker is open and nobody is at it', async () => {
      const now = await breaker();
      return now?.failures === 5 && atOnce === 0 && now.held > 0;
    });
    expect((await breaker())?.held).toBeLessThanOrEqual(15);
    await until('all wait', async () => {
      const unfinished = (await stage.deliveries()).filter(({ state }) => state !== 'done');
      const first = new Map(unfinished.toReversed().map((row) => [row.key.split(':')[1], row]));
      return [...first.values()].every(({ state, wait }) => state === 'pending' && wait > 0);
    });
    for (const [failures, held] of [
      [6, 30],
      [7, 60],
      [10, 300],
    ] as const) {
      await stage.database.pool.query('update crm_destinations set failures = $1', [failures - 1]);
      most = 0;
      const before = stage.given().length;
      await stage.makeDue();
      await until('a probe failed', async () => (await breaker())?.failures === failures);
      expect(most).toBe(1);
      expect(stage.given().length).toBe(before + 1);
      const now = await breaker();
      const probedAt = stage.adapter.seen.at(-1)?.at ?? NaN;
      expect(((now?.heldUntil ?? 0) - probedAt) / 1_000).toBeGreaterThan(held - 5);
      expect(now?.held).toBeLessThanOrEqual(held);
      await until('nobody is at it', () => Promise.resolve(atOnce === 0));
    }
    isDown = false;
    stage.adapter.seen.length = 0;
    await stage.makeDue();
    await stage.untilFinished();
    const delivered = stage.given();
    expect(delivered.toSorted()).toEqual(ids.map((id) => `retailcrm hangup ${id}`).toSorted());
    expect(await breaker()).toMatchObject({ failures: 0 });
    expect(stage.said('a CRM does not get calls')).toHaveLength(1);
    expect(stage.said('the CRM answers again')).toHaveLength(1);
    await other.dispatch.drain();
  });

  it('is left alone after 72 hours and 12 tries', async () => {
    stage.adapter.answer = () => DOWN;
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await stage.untilRow('it failed', ({ state, attempts }) => state === 'pending' && attempts === 1);
    const age = (attempts: number): Promise<unknown> =>
      stage.database.pool.query(
        `with known as (update crm_destinations set failures = 0, held_until = null, last_ok_at = now())
         update deliveries set attempts = $1, created_at = now() - interval '73 hours', run_at = now()`,
        [attempts],
      );
    await age(5);
    await stage.untilRow('it goes on after few tries', ({ state, attempts }) => state === 'pending' && attempts === 6);
    await age(11);
    const row = await stage.untilRow('it is dead', ({ state }) => state === 'dead');
    expect(row.error).toMatch(/^unavailable: not taken for 72 hours, at last: HTTP 502\. Проверьте CRM/);
    expect(stage.said('a CRM does not get calls')).toHaveLength(1);
  });

  it('and was down all the time is left alone after 72 hours, although others were the probes', async () => {
    stage.adapter.answer = () => DOWN;
    await start();
    for (let n = 0; n < 5; n += 1) await stage.hand(gateway, 'hangup', `call${n}`);
    await until('the breaker is open', () => Promise.resolve(stage.said('a CRM does not get calls').length === 1));
    await stage.hand(gateway, 'hangup', 'late');
    await stage.untilRow('it waits', ({ key, state, wait }) => key.includes('late') && state === 'pending' && wait > 1);
    await stage.database.pool.query(
      `update deliveries set created_at = now() - interval '73 hours', run_at = now() where dedupe_key like '%:late:%'`,
    );
    const row = await stage.untilRow('it is dead', ({ key, state }) => key.includes('late') && state === 'dead');
    expect(row.error).toContain('took nothing for 72 hours');
    expect(await deadOnes()).toHaveLength(1);
  });
});
