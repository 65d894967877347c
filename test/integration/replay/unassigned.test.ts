import { appendUnassignedEvents } from '@live-calls/shared/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveFixtures } from '../../fixtures/fixtures.js';
import { callsOf } from '../../harness/outcome.js';
import { comparable } from '../../unit/calls/folded.js';
import { createStage, eventsOf, type Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

const SEQUENCE = 'incoming_blind_transfer_answered';
const BEGIN = Date.now() - 3 * 3_600_000;

/** As the door keeps events of a token that nobody has. */
async function keep(token: string, name = SEQUENCE): Promise<void> {
  await appendUnassignedEvents(
    stage.database.pool,
    eventsOf(name).map(({ event, offset_ms, body }) => ({
      token,
      eventType: event,
      at: new Date(BEGIN + offset_ms),
      body: JSON.stringify({ ...body, Token: token }),
    })),
    { timeoutMs: 5_000 },
  );
}

const kept = async (): Promise<number> =>
  (await stage.database.pool.query<{ n: number }>('select count(*)::int as n from unassigned_events')).rows[0]?.n ?? -1;

describe('events that were kept for an unknown token', () => {
  it('become the calls that they tell of, with their times, and are kept no more', async () => {
    const calls = await stage.addTenant();
    await keep(calls.tenant.token);
    await keep('3752999999');
    const [order] = (
      await stage.database.pool.query<{ types: string[] }>(
        'select array_agg(event_type order by id) as types from unassigned_events where token = $1',
        [calls.tenant.token],
      )
    ).rows;
    stage.startCore();
    const { isDone, output } = await stage.replay('--unassigned');
    expect(isDone).toBe(true);
    expect(output).toContain(`Предприятие ${calls.tenant.number}`);
    expect(output).toContain('токенов: 1');
    expect(output).not.toContain('3752999999');
    const expected = liveFixtures.find(({ name }) => name === SEQUENCE)?.expected_calls ?? [];
    expect(comparable(await callsOf(stage.database.pool, calls.tenant))).toEqual(comparable(expected));
    expect(
      await calls.rows(
        `select array_agg(event_type order by id) as types, extract(epoch from min(event_timestamp))::float8 * 1000 as begin
         from call_events where enterprise_number = $tenant`,
      ),
    ).toEqual([
      { types: order?.types, begin: BEGIN + Math.min(...eventsOf(SEQUENCE).map(({ offset_ms }) => offset_ms)) },
    ]);
    expect(await kept()).toBe(eventsOf(SEQUENCE).length);
    await expect(stage.replay('--unassigned')).rejects.toThrow('Своих нет');
  });

  it('without a core they are in the log all the same, once', async () => {
    await stage.end();
    stage = await createStage(300);
    const calls = await stage.addTenant();
    await keep(calls.tenant.token);
    expect((await stage.replay('--unassigned', '--enterprise', calls.tenant.number)).isDone).toBe(false);
    expect(await kept()).toBe(0);
    await calls.fold();
    expect(await calls.rows('select from calls where enterprise_number = $tenant')).toHaveLength(1);
  });

  it('of an enterprise that is switched off, or in a dry run, stay where they are', async () => {
    const [off, calls] = [await stage.addTenant(), await stage.addTenant()];
    await off.rows('update enterprises set active = false where number = $tenant');
    await keep(off.tenant.token);
    await keep(calls.tenant.token);
    const count = await kept();
    const { isDone, output } = await stage.replay('--unassigned', '--dry-run');
    expect(isDone).toBe(true);
    expect(output).toContain('запустите без --dry-run');
    expect(await kept()).toBe(count);
    await expect(stage.replay('--unassigned', '--enterprise', off.tenant.number)).rejects.toThrow('Своих нет');
  });

  it('keeps ids that hosts send as numbers as they were written', async () => {
    const calls = await stage.addTenant();
    await appendUnassignedEvents(
      stage.database.pool,
      [{ token: calls.tenant.token, eventType: 'start', at: new Date(BEGIN), body: '{"UniqueId": 1759230684.10}' }],
      { timeoutMs: 5_000 },
    );
    stage.startCore();
    await stage.replay('--unassigned');
    expect(await calls.rows('select unique_id, bridge_id from call_events where enterprise_number = $tenant')).toEqual([
      { unique_id: '1759230684.10', bridge_id: '' },
    ]);
  });
});
