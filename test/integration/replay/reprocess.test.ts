import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import type { Stage as Calls } from '../calls/stage.js';
import { createStage, eventsOf, longAgo, outcomeOf, PERIOD, trackedOf, type Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

const ANSWERED = 'incoming_group_answered';
const uniqueIdOf = (events: FixtureEvent[]): string => String(events[0]?.body['UniqueId']);

const forgetCalls = (calls: Calls): Promise<unknown> =>
  calls.rows('delete from tracked_calls where enterprise_number = $tenant');

/** Every recorded sequence, each at a tenant of its own. */
async function allSequences(): Promise<Calls[]> {
  const tenants: Calls[] = [];
  for (const { events } of liveFixtures) {
    const calls = await stage.addTenant();
    await longAgo(calls, events);
    tenants.push(calls);
  }
  return tenants;
}

const inTurns = async (tenants: Calls[], work: (calls: Calls) => Promise<void>): Promise<void> => {
  for (let i = 0; i < tenants.length; i += 8) await Promise.all(tenants.slice(i, i + 8).map(work));
};

describe('processing events again', () => {
  it('changes nothing of any recorded sequence, forgotten or not: nothing is counted, told or owed twice', async () => {
    const tenants = await allSequences();
    stage.startCore();
    await inTurns(tenants, async (calls) => {
      const before = await outcomeOf(calls);
      const tracked = await trackedOf(calls);
      const { isDone, output } = await stage.replay('--enterprise', calls.tenant.number, ...PERIOD);
      expect(output).toContain('ИТОГ: всё обработано.');
      expect(isDone).toBe(true);
      expect(await outcomeOf(calls)).toEqual(before);
      expect(await trackedOf(calls)).toEqual(tracked);

      await forgetCalls(calls);
      expect((await stage.replay('--enterprise', calls.tenant.number, ...PERIOD)).isDone).toBe(true);
      expect(await outcomeOf(calls)).toEqual(before);
    });
  });

  it('a client whose calls were forgotten keeps the history that each message told', async () => {
    const calls = await stage.addTenant();
    const again = (serial: number): FixtureEvent[] =>
      JSON.parse(
        JSON.stringify(eventsOf(ANSWERED)).replaceAll(/"1(\d{9})\.(\d+)"/g, `"1$1.${serial}$2"`),
      ) as FixtureEvent[];
    await longAgo(calls, again(1), 20);
    await longAgo(calls, again(2), 15);
    await longAgo(calls, again(3), 10);
    const before = await outcomeOf(calls);
    expect(await calls.rows('select total_in from customers where enterprise_number = $tenant')).toEqual([
      { total_in: 3 },
    ]);
    await forgetCalls(calls);
    stage.startCore();
    expect((await stage.replay('--enterprise', calls.tenant.number, ...PERIOD)).isDone).toBe(true);
    expect(await outcomeOf(calls)).toEqual(before);
  });

  it('brings calls whose events were set aside, and takes the reason away', async () => {
    const calls = await stage.addTenant();
    const events = eventsOf(ANSWERED);
    await calls.store(events);
    await calls.rows(
      `update call_events set processed_at = now(), process_error = 'a mistake of ours',
         event_timestamp = event_timestamp - interval '2 hours' where enterprise_number = $tenant`,
    );
    await calls.fold();
    expect(await calls.rows('select from calls where enterprise_number = $tenant')).toEqual([]);
    stage.startCore();
    const { isDone, output } = await stage.replay('--call', uniqueIdOf(events));
    expect(output).toContain('из них отложены из-за ошибки');
    expect(output).toContain('добавлено: 1');
    expect(isDone).toBe(true);
    expect(await calls.rows(`select call_status from calls where enterprise_number = $tenant`)).toEqual([
      { call_status: 2 },
    ]);
    expect(
      await calls.rows('select from call_events where enterprise_number = $tenant and process_error is not null'),
    ).toEqual([]);
  });

  it('tells which events are set aside again, and does not call that done', async () => {
    const calls = await stage.addTenant();
    await longAgo(calls, eventsOf(ANSWERED));
    await calls.rows(
      `update call_events set raw_data = '"text"'::jsonb where enterprise_number = $tenant and id = (
         select min(id) from call_events where enterprise_number = $tenant)`,
    );
    stage.startCore();
    const { isDone, output } = await stage.replay('--enterprise', calls.tenant.number, ...PERIOD);
    expect(isDone).toBe(false);
    expect(output).toContain('Отложено из-за ошибки: 1');
    expect(output).toContain('the event is not a JSON object');
  });

  it('a dry run says which calls are meant and changes nothing', async () => {
    const calls = await stage.addTenant();
    const events = eventsOf(ANSWERED);
    await longAgo(calls, events);
    const before = await calls.rows(
      'select id, processed_at from call_events where enterprise_number = $tenant order by id',
    );
    const { isDone, output } = await stage.replay('--call', uniqueIdOf(events), '--dry-run');
    expect(isDone).toBe(true);
    expect(output).toContain(`Событий: ${events.length}`);
    expect(output).toContain(uniqueIdOf(events));
    expect(output).toContain('проверка: ничего не изменено');
    expect(
      await calls.rows('select id, processed_at from call_events where enterprise_number = $tenant order by id'),
    ).toEqual(before);
  });

  it('without a core it says so; the events wait for one, and a repetition brings the rest', async () => {
    await stage.end();
    stage = await createStage(300);
    const calls = await stage.addTenant();
    await longAgo(calls, eventsOf(ANSWERED));
    const before = await outcomeOf(calls);
    const { isDone, output } = await stage.replay('--enterprise', calls.tenant.number, ...PERIOD);
    expect(isDone).toBe(false);
    expect(output).toContain('ядро не обрабатывает события');
    await calls.fold();
    expect(
      await calls.rows('select from call_events where enterprise_number = $tenant and processed_at is null'),
    ).toEqual([]);
    expect(await outcomeOf(calls)).toEqual(before);
  });

  it('takes times by the clocks of the enterprise, and only the calls between them', async () => {
    const calls = await stage.addTenant();
    await longAgo(calls, eventsOf(ANSWERED));
    await calls.rows(`update enterprises set timezone = 'Asia/Vladivostok' where number = $tenant`);
    const [event] = await calls.rows<{ local: string; before: string }>(
      `select to_char(min(event_timestamp) at time zone 'Asia/Vladivostok', 'YYYY-MM-DD"T"HH24:MI') as local,
         to_char((min(event_timestamp) - interval '5 min') at time zone 'Asia/Vladivostok', 'YYYY-MM-DD"T"HH24:MI') as before
       from call_events where enterprise_number = $tenant`,
    );
    const { number } = calls.tenant;
    const ask = (...words: string[]) => stage.replay('--enterprise', number, '--dry-run', ...words);
    expect((await ask('--from', event?.local ?? '')).output).toContain('Звонков: 1');
    await expect(ask('--from', event?.before ?? '', '--to', event?.local ?? '')).rejects.toThrow('Событий нет');
    await expect(ask('--from', 'yesterday')).rejects.toThrow('нужно время');
  });

  it('a UniqueId that several enterprises have asks for one of them', async () => {
    const [one, other] = [await stage.addTenant(), await stage.addTenant()];
    const events = eventsOf(ANSWERED);
    await longAgo(one, events);
    await longAgo(other, events);
    await expect(stage.replay('--call', uniqueIdOf(events), '--dry-run')).rejects.toThrow('Укажите --enterprise');
    const { output } = await stage.replay(
      '--call',
      uniqueIdOf(events),
      '--enterprise',
      other.tenant.number,
      '--dry-run',
    );
    expect(output).toContain(`предприятие ${other.tenant.number}`);
  });
});
