import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listDeliveries, retryDeliveries } from '@live-calls/shared/db';
import { deadDeliveries } from '../../../shared/src/db/administrationHealth.js';
import { until } from '../../harness/until.js';
import { DONE } from './dispatchAdapter.js';
import {
  callView,
  createDispatchStage,
  enterpriseWith,
  eventOf,
  sectionsOf,
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

/** Attempts that began before took the CRM for switched on: they are over when this resolves. */
async function switchOff(): Promise<void> {
  stage.enterprises.set('0367', enterpriseWith('0367', {}));
  await until('nothing is being tried', async () =>
    (await stage.deliveries()).every(({ state }) => state !== 'running'),
  );
}

describe('the events of a call', () => {
  it('reach the adapter one after the other, with everything that it has to know', async () => {
    const busy = new Set<string>();
    let overlapped = false;
    stage.adapter.answer = async ({ call }) => {
      overlapped ||= busy.has(call.id);
      busy.add(call.id);
      await new Promise((resolve) => setTimeout(resolve, 20));
      busy.delete(call.id);
      return { outcome: 'done', notes: ['extension 150 is nobody in the CRM'] };
    };
    gateway = await stage.startGateway({ internalToken: 'a-long-random-text' });
    await stage.hand(gateway, 'dial', 'a');
    await until('the dial was delivered', () => Promise.resolve(stage.given().length === 1));
    await stage.hand(gateway, 'answer', 'a', { talked: ['150'] });
    await until('the answer was delivered', () => Promise.resolve(stage.given().length === 2));
    await stage.hand(gateway, 'hangup', 'a', { talked: ['150'] });
    await stage.untilFinished();
    expect(stage.given()).toEqual(['retailcrm dial a', 'retailcrm answer a', 'retailcrm hangup a']);
    expect(overlapped).toBe(false);
    expect(stage.adapter.seen[0]).toMatchObject({
      enterprise_number: '0367',
      attempt: 1,
      origin: 'live',
      token: 'a-long-random-text',
      call: callView('a'),
    });
    expect((await stage.deliveries())[0]?.note).toBe('extension 150 is nobody in the CRM');
    expect(stage.said('info call event')[0]).toMatch(
      /enterprise=0367 crm=retailcrm uniqueId=1759230684\.a event=dial attempt=1 ms=\d+ outcome=done/,
    );
  });

  it('that would show a card for a call that is over, or was long ago, are dropped', async () => {
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await stage.hand(gateway, 'dial', 'a');
    await stage.untilFinished();
    await stage.adapter.kill();
    await stage.hand(gateway, 'dial', 'b');
    await stage.database.pool.query(`update crm_events set received_at = now() - interval '6 minutes'`);
    await stage.adapter.restart();
    await stage.makeDue();
    await stage.untilFinished();
    expect(stage.given()).toEqual(['retailcrm hangup a']);
    const dropped = (await stage.deliveries()).filter(({ note }) => note === 'dropped').map(({ key }) => key);
    expect(dropped).toEqual(['retailcrm:a:dial:150', 'retailcrm:b:dial:150']);
  });

  it('go to nobody when the CRM was switched off meanwhile', async () => {
    await stage.adapter.kill();
    await start();
    await stage.hand(gateway, 'dial', 'a');
    await stage.hand(gateway, 'hangup', 'a');
    await stage.hand(gateway, 'dial', 'b');
    await switchOff();
    await stage.adapter.restart();
    await stage.untilFinished();
    expect(await stage.deliveries()).toMatchObject([
      { key: 'retailcrm:a:dial:150', state: 'done', note: 'dropped' },
      { key: 'retailcrm:a:hangup', state: 'dead', error: expect.stringMatching(/switched off.*--retry/) as string },
      { key: 'retailcrm:b:dial:150', state: 'done', note: 'disabled' },
    ]);
    expect(stage.given()).toEqual([]);
    expect(stage.said('a CRM does not get calls')).toHaveLength(1);
  });

  it('that waited when the CRM was switched off are listed, and go when they are armed after it is on again', async () => {
    await stage.adapter.kill();
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await switchOff();
    await stage.adapter.restart();
    await stage.untilFinished();
    const dead = { state: 'dead', target: 'retailcrm' } as const;
    const [listed] = await listDeliveries(stage.database.pool, dead, 10);
    expect(listed).toMatchObject({ event: 'hangup', phone: '+375290000001', state: 'dead' });
    expect(await deadDeliveries(stage.database.pool)).toMatchObject([{ target: 'retailcrm', count: 1 }]);
    stage.enterprises.set('0367', enterpriseWith('0367'));
    expect(await retryDeliveries(stage.database.pool, dead)).toBe(1);
    await stage.untilFinished();
    expect(stage.given()).toEqual(['retailcrm hangup a']);
    expect(await stage.deliveries()).toMatchObject([{ state: 'done', note: null }]);
  });

  it('of one CRM do not wait for another that hangs', async () => {
    stage.enterprises.set('0367', enterpriseWith('0367', sectionsOf('retailcrm', 'uon')));
    stage.adapter.answer = ({ crm }) => (crm === 'retailcrm' ? 'hang' : DONE);
    await start();
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await stage.hand(gateway, 'hangup', id);
    await until('the other CRM has them all', () =>
      Promise.resolve(stage.given().filter((one) => one.startsWith('uon')).length === 6),
    );
  });
});

describe('a tenant', () => {
  it('whose CRM hangs holds back nobody else', async () => {
    const others = ['0368', '0369'].map((number) => enterpriseWith(number));
    for (const other of others) stage.enterprises.set(other.number, other);
    stage.adapter.answer = ({ enterprise_number }) => (enterprise_number === '0367' ? 'hang' : DONE);
    await start();
    for (let n = 0; n < 30; n += 1) await stage.hand(gateway, 'hangup', `hanging${n}`);
    for (let n = 0; n < 10; n += 1)
      for (const other of others) await stage.post(gateway, eventOf(other, 'hangup', callView(`call${n}`)));
    await until('the others have their calls', async () =>
      (await stage.deliveries()).every(({ enterprise, state }) => enterprise === '0367' || state === 'done'),
    );
    const hanging = stage.adapter.seen.filter(({ enterprise_number }) => enterprise_number === '0367');
    expect(hanging.length).toBeLessThanOrEqual(4);
  });
});

describe('two gateways', () => {
  it('on one database deliver everything once and in order', async () => {
    await stage.adapter.kill();
    await start();
    const other = await stage.startGateway();
    const ids = Array.from({ length: 20 }, (_, n) => `call${n}`);
    for (const id of ids) {
      for (const ringing of [['150'], ['150', '151'], ['152']]) await stage.hand(gateway, 'dial', id, { ringing });
      await stage.post(other, eventOf(TENANT, 'dial', callView(id)));
    }
    await stage.adapter.restart();
    await stage.untilFinished();
    for (const id of ids) {
      const ofCall = stage.adapter.seen.filter(({ call }) => call.id === id).map(({ call }) => call.ringing.join());
      expect(ofCall).toEqual(['150', '150,151', '152']);
    }
  });
});
