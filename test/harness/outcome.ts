import type pg from 'pg';
import type { ExpectedCall } from '../fixtures/fixtures.js';
import { PATIENCE_MS } from './patience.js';
import type { TestTenant } from './tenant.js';
import { until } from './until.js';

export interface ChatMessage {
  message_id: number;
  text: string;
  silent: boolean;
  edited: boolean;
  reply_to_message_id?: number;
}

export interface HistoryEntry {
  /** ISO 8601. */
  at: string;
  message_id?: number;
  method: string;
  ok: boolean;
  text?: string;
  html?: string;
  /** The fault that it met. */
  fault?: string;
}

const DIRECTIONS = ['incoming', 'outgoing', 'internal'] as const;

/** Waits until nothing is left to do at once: what waits for its time may be left. */
export async function untilCaughtUp(pool: pg.Pool, limitMs?: number): Promise<void> {
  await until(
    'everything due is done',
    async () => {
      const { rows } = await pool.query<{ due: number }>(
        `select (select count(*) from call_events where processed_at is null)
            + (select count(*) from deliveries where state = 'running' or state = 'pending' and run_at <= now()) as due`,
      );
      return rows[0]?.due === 0;
    },
    limitMs,
  );
}

/** Whether nothing is owed: all events processed, all deliveries done, no call waiting for its time. */
export async function isSettled(pool: pg.Pool, tenants: TestTenant[]): Promise<boolean> {
  const { rows } = await pool.query<{ owed: number }>(
    `select (select count(*) from call_events where enterprise_number = any ($1) and processed_at is null)
        + (select count(*) from deliveries where enterprise_number = any ($1) and state in ('pending', 'running'))
        + (select count(*) from tracked_calls where enterprise_number = any ($1) and wake_at < now() + interval '90 s')
     as owed`,
    [tenants.map(({ number }) => number)],
  );
  return rows[0]?.owed === 0;
}

/**
 * Waits until nothing is owed.
 *
 * @throws naming what still is, when eight minutes have passed
 */
export async function untilSettled(pool: pg.Pool, tenants: TestTenant[]): Promise<void> {
  await until('everything owed is delivered', () => isSettled(pool, tenants), 2 * PATIENCE_MS).catch(
    async (error: unknown) => {
      throw new Error((await owedTo(pool, tenants)).join('\n'), { cause: error });
    },
  );
}

async function owedTo(pool: pg.Pool, tenants: TestTenant[]): Promise<string[]> {
  const { rows } = await pool.query<{ owed: string }>(
    `select format('%s: event %s is not processed', enterprise_number, id) as owed
     from call_events where enterprise_number = any ($1) and processed_at is null
     union all
     select format('%s: %s delivery %s is %s until %s after %s attempts: %s',
       enterprise_number, target, id, state, coalesce(lease_until, run_at), attempts, last_error)
     from deliveries where enterprise_number = any ($1) and state in ('pending', 'running')
     union all
     select format('%s: call %s waits until %s', enterprise_number, uuid, wake_at)
     from tracked_calls where enterprise_number = any ($1) and wake_at < now() + interval '90 s'`,
    [tenants.map(({ number }) => number)],
  );
  return rows.map(({ owed }) => owed);
}

/** A finished call, and by what CRMs know it. */
export interface StoredCall extends ExpectedCall {
  externalId: string | null;
}

/** The finished calls of a tenant as its rows in `calls` tell them. */
export async function callsOf(pool: pg.Pool, { number }: TestTenant): Promise<StoredCall[]> {
  const { rows } = await pool.query<{
    call_type: 0 | 1 | 2;
    phone: string;
    call_status: number;
    talked: string[];
    rang: string[];
    external_id: string | null;
  }>(
    `select c.call_type, c.phone, c.call_status, c.talked, c.rang, t.external_id
     from calls c left join tracked_calls t using (enterprise_number, uuid) where c.enterprise_number = $1`,
    [number],
  );
  return rows.map(({ call_type, phone, call_status, talked, rang, external_id }) => ({
    direction: DIRECTIONS[call_type],
    party: phone,
    answered: call_status === 2,
    talked,
    rang,
    externalId: external_id,
  }));
}

/** What a chat of the sandbox shows, and everything that was asked of it. */
export async function chatOf(
  emulator: string,
  chat: number,
): Promise<{ messages: ChatMessage[]; history: HistoryEntry[] }> {
  const response = await fetch(`${emulator}/api/sandbox/telegram/chats/${String(chat)}`);
  return (await response.json()) as { messages: ChatMessage[]; history: HistoryEntry[] };
}
