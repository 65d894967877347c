import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CrmOutcome } from '@live-calls/shared/contracts';
import { DONE } from '../gateway/dispatchAdapter.js';
import { createDispatchStage, enterpriseWith, type DispatchStage } from '../gateway/dispatchStage.js';

let stage: DispatchStage;
beforeAll(async () => {
  stage = await createDispatchStage();
});
afterAll(() => stage.end());

const TENANT = enterpriseWith('0367');

it('what says nothing of the CRM waits by itself: no breaker opens, no other call waits, nobody is alerted', async () => {
  const notThere: CrmOutcome = { outcome: 'retry', kind: 'unavailable', error: 'no recording yet', only_this: true };
  const usedUp: CrmOutcome = { ...notThere, kind: 'limited', error: 'its time is used up', retry_after_ms: 500_000 };
  stage.adapter.answer = ({ call }) => ({ a: notThere, b: usedUp })[call.id.slice(0, 1)] ?? DONE;
  stage.enterprises.set(TENANT.number, TENANT);
  const gateway = await stage.startGateway();
  const ids = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1'];
  for (const id of ids) await stage.hand(gateway, 'hangup', id);
  for (const id of ids) {
    const row = await stage.untilRow(`${id} was tried`, ({ key, error }) => key.includes(`:${id}:`) && error !== null);
    expect(row).toMatchObject({ error: id === 'b1' ? usedUp.error : notThere.error });
    if (id === 'b1') expect(row.wait).toBeGreaterThan(400);
    else expect(row.wait).toBeLessThan(60);
  }
  await stage.hand(gateway, 'hangup', 'c');
  await stage.untilRow('another call is in the CRM', ({ key, state }) => key.includes(':c:') && state === 'done');
  expect(stage.said('a CRM does not get calls')).toEqual([]);
});
