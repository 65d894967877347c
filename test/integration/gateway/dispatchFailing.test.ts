import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CrmOutcome } from '@live-calls/shared/contracts';
import { until } from '../../harness/until.js';
import { DONE, DOWN, WRONG_KEY } from './dispatchAdapter.js';
import {
  createDispatchStage,
  enterpriseWith,
  type DeliveryRow,
  type DispatchStage,
  type Gateway,
} from './dispatchStage.js';

const TENANT = enterpriseWith('0367');

let stage: DispatchStage;
let gateway: Gateway;
beforeEach(async () => {
  stage = await createDispatchStage();
});
afterEach(() => stage.end());

const start = async (): Promise<void> => void (gateway = await stage.startGateway());
const deadOnes = async (): Promise<string[]> =>
  (await stage.deliveries()).filter(({ state }) => state === 'dead').map(({ key }) => key);

describe('a CRM that fails', () => {
  it('is tried again later and later, and gets everything once and in order', async () => {
    const outcomes: CrmOutcome[] = [DOWN, DOWN];
    stage.adapter.answer = () => outcomes.shift() ?? DONE;
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    const first = await stage.untilRow(
      'the first try failed',
      ({ state, attempts }) => state === 'pending' && attempts === 1,
    );
    expect(first.error).toBe('HTTP 502');
    const sinceTry = ({ dueAt }: DeliveryRow): number => (dueAt - (stage.adapter.seen.at(-1)?.at ?? NaN)) / 1_000;
    expect(sinceTry(first)).toBeGreaterThan(3);
    await stage.makeDue();
    const second = await stage.untilRow(
      'the second failed',
      ({ state, attempts }) => state === 'pending' && attempts === 2,
    );
    expect(sinceTry(second)).toBeGreaterThan(7);
    await stage.makeDue();
    await stage.untilFinished();
    expect(stage.adapter.seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('is given time when it asks for it, and no try is counted', async () => {
    stage.adapter.answer = ({ call }) =>
      call.id === 'a' ? { outcome: 'retry', kind: 'limited', error: 'HTTP 429', retry_after_ms: 600_000 } : DONE;
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    const row = await stage.untilRow(
      'it waits',
      ({ state, attempts, wait }) => state === 'pending' && attempts === 0 && wait > 500,
    );
    expect(row.wait).toBeLessThanOrEqual(604);
    await stage.hand(gateway, 'hangup', 'b');
    await stage.untilRow('the next waits too', ({ key, wait }) => key === 'retailcrm:b:hangup' && wait > 500);
    expect(stage.given()).toEqual(['retailcrm hangup a']);
    stage.adapter.answer = () => DONE;
    await stage.makeDue();
    await stage.untilFinished();
    expect(stage.given().toSorted()).toEqual(['retailcrm hangup a', 'retailcrm hangup a', 'retailcrm hangup b']);
  });

  it('and says only that it wants fewer requests is asked less and less, and somebody is told', async () => {
    stage.adapter.answer = () => ({ outcome: 'retry', kind: 'limited', error: 'HTTP 503' });
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    const row = await stage.untilRow('it waits', ({ state, wait }) => state === 'pending' && wait > 1);
    expect(row.wait).toBeLessThanOrEqual(8);
    expect(stage.said('a CRM does not get calls')).toEqual([]);
    await stage.database.pool.query(`update crm_destinations set failing_since = now() - interval '20 minutes'`);
    await stage.makeDue();
    await stage.untilRow('it waits longer', ({ state, wait }) => state === 'pending' && wait > 100);
    const [alert = '', ...more] = stage.said('error a CRM does not get calls');
    expect(more).toEqual([]);
    expect(alert).toContain('error="HTTP 503"');
    stage.adapter.answer = () => DONE;
    await stage.makeDue();
    await stage.untilFinished();
    const { rows } = await stage.database.pool.query('select failing_since from crm_destinations');
    expect(rows).toEqual([{ failing_since: null }]);
  });

  it('and wants fewer requests whenever it is given one call is not given it for ever', async () => {
    stage.adapter.answer = ({ call }) =>
      call.id === 'a' ? { outcome: 'retry', kind: 'limited', error: 'HTTP 503' } : DONE;
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await stage.untilRow('it waits', ({ state, wait }) => state === 'pending' && wait > 1);
    await stage.database.pool.query('update crm_destinations set held_until = null');
    await stage.hand(gateway, 'hangup', 'b');
    await stage.untilRow('another is taken', ({ key, state }) => key === 'retailcrm:b:hangup' && state === 'done');
    await stage.database.pool.query(
      `update deliveries set created_at = now() - interval '73 hours' where state = 'pending'`,
    );
    await stage.makeDue();
    const row = await stage.untilRow('it is dead', ({ state }) => state === 'dead');
    expect(row).toMatchObject({ key: 'retailcrm:a:hangup', attempts: 1 });
  });

  it('for one delivery only lets the others pass', async () => {
    stage.adapter.answer = ({ call }) =>
      call.id === 'a'
        ? { outcome: 'retry', kind: 'limited', error: 'not yet', retry_after_ms: 600_000, only_this: true }
        : DONE;
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await stage.untilRow(
      'it waits',
      ({ state, attempts, wait }) => state === 'pending' && attempts === 1 && wait > 500,
    );
    await stage.hand(gateway, 'hangup', 'b');
    await stage.untilRow(
      'the other is delivered',
      ({ key, state }) => key === 'retailcrm:b:hangup' && state === 'done',
    );
  });

  it('is alerted about once an hour, with what a person has to know', async () => {
    stage.adapter.answer = () => WRONG_KEY;
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await stage.hand(gateway, 'hangup', 'b');
    await stage.untilFinished();
    const [alert = '', ...more] = stage.said('error a CRM does not get calls');
    expect(more).toEqual([]);
    expect(alert).toMatch(/enterprise=0367 name=company0367 crm=retailcrm error="HTTP 403".* dead=\d/);
    expect(alert).toContain('advice="Проверьте ключ API."');
    await stage.database.pool.query(`update crm_destinations set alerted_at = now() - interval '61 minutes'`);
    await stage.hand(gateway, 'hangup', 'c');
    await stage.untilFinished();
    expect(stage.said('error a CRM does not get calls')).toHaveLength(2);
    expect((await stage.deliveries())[0]?.error).toBe('configuration: HTTP 403. Проверьте ключ API.');
  });

  it('because of its settings gets everything when they are put right', async () => {
    stage.adapter.answer = ({ call }) =>
      call.id === 'refused' ? { ...WRONG_KEY, kind: 'rejected', error: 'HTTP 400' } : WRONG_KEY;
    await start();
    for (const id of ['a', 'b', 'old', 'refused']) await stage.hand(gateway, 'hangup', id);
    await stage.untilFinished();
    await stage.database.pool.query(
      `update deliveries set finished_at = now() - interval '73 hours' where dedupe_key like '%:old:%'`,
    );
    stage.adapter.answer = () => DONE;
    stage.adapter.seen.length = 0;
    await gateway.dispatch.onConfigSaved(TENANT.number, 'retailcrm');
    await stage.untilFinished();
    expect(stage.given().toSorted()).toEqual(['retailcrm hangup a', 'retailcrm hangup b']);
    expect(await deadOnes()).toEqual(['retailcrm:old:hangup', 'retailcrm:refused:hangup']);
  });

  it('because of settings that were put right while it was asked is asked again', async () => {
    let refuse: () => void = () => undefined;
    stage.adapter.answer = () =>
      new Promise((resolve) => {
        refuse = () => resolve(WRONG_KEY);
      });
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await until('the adapter is at it', () => Promise.resolve(stage.given().length === 1));
    const retailcrm = { enabled: true, domain: 'https://crm.example.com', api_key: 'the-right-key' };
    stage.enterprises.set('0367', enterpriseWith('0367', { retailcrm }));
    await gateway.dispatch.onConfigSaved(TENANT.number, 'retailcrm');
    stage.adapter.answer = () => DONE;
    refuse();
    await stage.untilFinished();
    expect(await deadOnes()).toEqual([]);
    expect(stage.said('a CRM does not get calls')).toEqual([]);
  });

  it('to answer in time counts as down', async () => {
    stage.adapter.answer = () => 'hang';
    gateway = await stage.startGateway({ timeoutMs: 100 });
    await stage.hand(gateway, 'hangup', 'a');
    const row = await stage.untilRow('it failed', ({ state, attempts }) => state === 'pending' && attempts === 1);
    expect(row.error).toBe('no answer in time');
  });
});
