import type { CallView } from '@live-calls/shared/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DONE, WRONG_KEY } from '../gateway/dispatchAdapter.js';
import {
  callView,
  createDispatchStage,
  enterpriseWith,
  eventOf,
  sectionsOf,
  type DispatchStage,
} from '../gateway/dispatchStage.js';

let stage: DispatchStage;
beforeEach(async () => {
  stage = await createDispatchStage();
});
afterEach(() => stage.end());

const OVER: Partial<CallView> = { state: 'final', answered: true, talked: ['150'], ringing: [] };
const TENANT = enterpriseWith('0367', sectionsOf('retailcrm', 'uon', 'bitrix24'));
const again = (target: string, changes = {}) => ({
  ...eventOf(TENANT, 'hangup', callView('call1', { ...OVER, ...changes })),
  ...{ origin: 'replay', target },
});

describe('a call for one CRM again', () => {
  it('reaches that CRM alone, as a replay, although it was delivered before', async () => {
    stage.enterprises.set('0367', TENANT);
    const gateway = await stage.startGateway();
    await stage.hand(gateway, 'hangup', 'call1', OVER);
    await stage.untilFinished();
    expect(stage.given().toSorted()).toEqual(['bitrix24 hangup call1', 'retailcrm hangup call1', 'uon hangup call1']);
    stage.adapter.seen.length = 0;
    expect(await stage.post(gateway, again('uon'))).toEqual({ status: 200, body: { success: true } });
    await stage.untilFinished();
    expect(stage.adapter.seen).toMatchObject([{ crm: 'uon', event_type: 'hangup', origin: 'replay', attempt: 1 }]);
  });

  it('keeps the call’s own end from no other CRM, should that come later', async () => {
    stage.enterprises.set('0367', TENANT);
    const gateway = await stage.startGateway();
    await stage.post(gateway, again('uon'));
    await stage.hand(gateway, 'hangup', 'call1', OVER);
    await stage.untilFinished();
    expect(stage.given().toSorted()).toEqual(['bitrix24 hangup call1', 'retailcrm hangup call1', 'uon hangup call1']);
  });

  it('lets what was dead live again, its recording too, with as much time as if it were new', async () => {
    stage.enterprises.set('0367', enterpriseWith('0367', sectionsOf('bitrix24')));
    const gateway = await stage.startGateway();
    const withRecord = { ...OVER, record_url: 'https://calls.example.com/recordings/1' };
    stage.adapter.answer = () => WRONG_KEY;
    await stage.hand(gateway, 'hangup', 'call1', withRecord);
    await stage.untilRow('the end is dead', ({ key, state }) => key.endsWith(':hangup') && state === 'dead');
    await stage.makeDue();
    await stage.untilFinished();
    await stage.database.pool.query(`update deliveries set created_at = now() - interval '5 days'`);
    stage.adapter.answer = () => DONE;
    stage.adapter.seen.length = 0;
    await stage.post(gateway, again('bitrix24', withRecord));
    await stage.untilRow('the end is delivered', ({ key, state }) => key.endsWith(':hangup') && state === 'done');
    await stage.makeDue();
    await stage.untilFinished();
    expect(stage.given()).toEqual(['bitrix24 hangup call1', 'bitrix24 record call1']);
  });

  it('a target that is no CRM is refused', async () => {
    const gateway = await stage.startGateway();
    expect(await stage.post(gateway, again('telegram'))).toMatchObject({ status: 422 });
  });
});
