import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginStep, finishStep } from '../../../shared/src/db/crmSteps.js';
import { readCommand } from '../../../shared/src/operate/replay/command.js';
import { replay } from '../../../shared/src/operate/replay/replay.js';
import { until } from '../../harness/until.js';
import type { Stage as Calls } from '../calls/stage.js';
import { createStage, type Stage } from '../dispatch/stage.js';
import { eventsOf, longAgo, PERIOD } from './stage.js';

let stage: Stage;
let calls: Calls;
beforeEach(async () => {
  stage = await createStage();
  // The CRM was not there when the calls were.
  calls = await stage.addTenant({ crms: [] });
  await longAgo(calls, eventsOf('incoming_group_answered'));
});
afterEach(() => stage.end());

const enable = (): Promise<unknown> =>
  stage.database.pool.query('update enterprises set integrations_config = $1', [
    { retailcrm: { enabled: true, domain: 'https://crm.example.com', api_key: 'made-up-key' } },
  ]);

async function replayed(...more: string[]): Promise<{ isDone: boolean; output: string }> {
  const words = ['--enterprise', calls.tenant.number, ...PERIOD, '--target', 'retailcrm', ...more];
  const command = readCommand(words);
  if (command === 'help') throw new Error('help was asked for');
  const lines: string[] = [];
  const options = { pool: stage.database.pool, patienceMs: 300, print: (text: string) => lines.push(text) };
  return { isDone: await replay(command, options), output: lines.join('\n') };
}

const externalIds = () =>
  calls.rows<{ external_id: string | null }>('select external_id from tracked_calls where enterprise_number = $tenant');

describe('handing calls to one CRM again', () => {
  it('tells the end of a call that was before the CRM was enabled, to that CRM alone, each time it is asked for', async () => {
    await enable();
    expect(await externalIds()).toEqual([{ external_id: null }]);
    stage.work();
    const { isDone, output } = await replayed();
    expect(isDone).toBe(true);
    expect(output).toContain('поставлено в очередь звонков: 1');
    await stage.settled();
    expect(stage.gateway.events).toMatchObject([
      { event_type: 'hangup', origin: 'replay', target: 'retailcrm', call: { state: 'final', answered: true } },
    ]);
    const [told] = stage.gateway.events;
    expect(await externalIds()).toEqual([{ external_id: told?.call?.external_id }]);

    await replayed();
    await stage.settled();
    expect(stage.gateway.events).toHaveLength(2);
    expect(stage.gateway.events[1]).toEqual(told);
  });

  it('is not lost when the gateway is away, or dies before it answers', async () => {
    await enable();
    stage.gateway.instead = 'storeAndDie';
    stage.work();
    await replayed();
    await until('the gateway has died once', () => Promise.resolve(stage.gateway.events.length > 0));
    stage.gateway.instead = null;
    await stage.settled();
    expect(await stage.deliveries()).toMatchObject([{ state: 'done' }]);
    expect(stage.gateway.events.length).toBeGreaterThan(1);
  });

  it('a CRM that is not enabled is refused, and what to do is said', async () => {
    await expect(replayed()).rejects.toThrow('RetailCRM у предприятия');
    expect(await stage.deliveries()).toEqual([]);
  });

  it('leaves what is known to the CRM alone, unless it is told to forget', async () => {
    await enable();
    await calls.rows(`update tracked_calls set external_id = 'known' where enterprise_number = $tenant`);
    const call = { enterpriseNumber: calls.known.number, crm: 'retailcrm', externalId: 'known' } as const;
    await beginStep(stage.database.pool, call, 'upload');
    await finishStep(stage.database.pool, call, 'upload', {});
    const steps = () => calls.rows('select step from crm_steps where enterprise_number = $tenant');
    expect((await replayed('--dry-run')).output).toContain('Из них уже известны этой CRM: 1 — сделанное не повторится');
    expect(await stage.deliveries()).toEqual([]);
    await replayed();
    expect(await steps()).toHaveLength(1);
    await replayed('--again', '--dry-run');
    expect(await steps()).toHaveLength(1);
    await replayed('--again');
    expect(await steps()).toEqual([]);
  });

  it('calls that go on and internal ones are left out', async () => {
    await enable();
    await calls.rows(`update tracked_calls set state = 'open' where enterprise_number = $tenant`);
    const { isDone, output } = await replayed();
    expect(output).toContain('Ещё идут: 1');
    expect(isDone).toBe(false);
  });
});
