import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../harness/until.js';
import { DONE } from './dispatchAdapter.js';
import { createDispatchStage, type DispatchStage, type Gateway } from './dispatchStage.js';

let stage: DispatchStage;
let gateway: Gateway;
beforeEach(async () => {
  stage = await createDispatchStage();
});
afterEach(() => stage.end());

const start = async (): Promise<void> => void (gateway = await stage.startGateway());

describe('an adapter', () => {
  it('that is away costs no try, and is told of once', async () => {
    await stage.adapter.kill();
    await start();
    for (const id of ['a', 'b', 'c']) await stage.hand(gateway, 'hangup', id);
    await until('it is missed', () => Promise.resolve(stage.said('adapter is away').length > 0));
    expect((await stage.deliveries()).every(({ attempts }) => attempts <= 1)).toBe(true);
    await stage.adapter.restart();
    await stage.untilFinished();
    expect(stage.given()).toHaveLength(3);
    expect(stage.adapter.seen.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(stage.said('adapter is away')).toHaveLength(1);
    expect(stage.said('adapter is back')).toHaveLength(1);
    const { rows } = await stage.database.pool.query('select failures from crm_destinations');
    expect(rows).toEqual([{ failures: 0 }]);
  });

  it('that answers as nobody it knows is taken for one that is away', async () => {
    const answers = [
      { status: 404, body: '{"detail":"Not found"}' },
      { status: 502, body: '<html>Bad Gateway</html>' },
    ];
    stage.adapter.answer = () => answers.shift() ?? DONE;
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await stage.untilFinished();
    expect(await stage.deliveries()).toMatchObject([{ state: 'done', attempts: 1 }]);
    expect(stage.said('adapter is away')).toHaveLength(2);
  });

  it('that dies while it is at work is asked again soon', async () => {
    let died = false;
    stage.adapter.answer = () => {
      if (died) return DONE;
      died = true;
      return 'drop';
    };
    await start();
    await stage.hand(gateway, 'hangup', 'a');
    await stage.untilFinished();
    expect(stage.adapter.seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const { rows } = await stage.database.pool.query('select failures from crm_destinations');
    expect(rows).toEqual([{ failures: 0 }]);
  });

  it('that was at work when a gateway died gets the event from another', async () => {
    stage.adapter.answer = () => DONE;
    await start();
    await gateway.dispatch.drain();
    await stage.hand(gateway, 'dial', 'a');
    await stage.hand(gateway, 'answer', 'a', { talked: ['150'] });
    // As a gateway leaves it that is killed between claim and settle.
    await stage.database.pool.query(
      `update deliveries set state = 'running', attempts = 1, lease_owner = gen_random_uuid(),
         lease_until = now() - interval '1 second' where dedupe_key like '%dial%'`,
    );
    await stage.startGateway();
    await stage.untilFinished();
    expect(stage.adapter.seen.map((one) => [one.event_type, one.attempt])).toEqual([
      ['dial', 2],
      ['answer', 1],
    ]);
  });
});
