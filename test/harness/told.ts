import { expect } from 'vitest';
import type { ExpectedCall } from '../fixtures/fixtures.js';
import { comparable } from '../unit/calls/folded.js';
import { callsOf, chatOf, type HistoryEntry } from './outcome.js';
import type { Stage } from './stage.js';
import type { TestTenant } from './tenant.js';

/** What a tenant and its chats must have been told. */
export interface Told {
  tenant: TestTenant;
  /** Shown when it was not. */
  name: string;
  calls: ExpectedCall[];
  /** Final messages in each chat. */
  messages: number;
}

interface Recorded {
  live: number | null;
  final: number | null;
  kind: string;
}

const MARK = { true: '✅', false: '❌' };

/** Death between Telegram's answer and its record takes no longer. ms */
const WINDOW = 2_000;

/**
 * Expects the calls, their counting and one final message per call and chat, each of them recorded. What a chat shows
 * beside that is excused only when it was sent right before one of the given deaths: sent, but not recorded any more.
 *
 * @param deaths Unix milliseconds
 * @returns how many messages were excused
 */
export async function expectTold(stage: Stage, told: Told, deaths: readonly number[] = []): Promise<number> {
  const { tenant, name, calls } = told;
  const { pool } = stage.database;
  expect(comparable(await callsOf(pool, tenant)), name).toEqual(comparable(calls));
  const { rows } = await pool.query<{ calls: number }>(
    'select coalesce(sum(total_in + total_out), 0)::int as calls from customers where enterprise_number = $1',
    [tenant.number],
  );
  expect(rows[0]?.calls, `${name}: counted once`).toBe(
    calls.filter(({ direction }) => direction !== 'internal').length,
  );
  const excused = await Promise.all(tenant.chats.map((chat) => expectShown(stage, told, chat, deaths)));
  return excused.reduce((sum, count) => sum + count, 0);
}

async function expectShown(stage: Stage, told: Told, chat: number, deaths: readonly number[]): Promise<number> {
  const { name, calls } = told;
  const recorded = await recordedOf(stage, told.tenant, chat);
  const { messages, history } = await chatOf(stage.emulator.url, chat);
  const finals = recorded.flatMap(({ kind, final }) => (kind === 'final' ? [final] : []));
  expect(
    recorded.filter(({ kind, live }) => kind === 'live' || live !== null),
    `${name}: nothing is left of the call's course`,
  ).toEqual([]);
  const shown = messages.filter(({ message_id }) => finals.includes(message_id));
  const marks = shown.map(({ text }) => text.slice(0, 1)).toSorted();
  expect(marks, `${name}: what stays in the chat`).toEqual(calls.map(({ answered }) => MARK[`${answered}`]).toSorted());
  expect(shown, name).toHaveLength(told.messages);
  const surplus = messages.filter(({ message_id }) => !finals.includes(message_id));
  const unexcused = surplus.filter(({ message_id }) => !isExcused(history, message_id, deaths));
  expect(unexcused, `${name}: twice without a death in between`).toEqual([]);
  return surplus.length;
}

async function recordedOf(stage: Stage, tenant: TestTenant, chat: number): Promise<Recorded[]> {
  const { rows } = await stage.database.pool.query<Recorded>(
    `select m.live_message_id as live, m.final_message_id as final, m.wanted_kind as kind
     from telegram_messages m join telegram_users u on u.id = m.subscriber_id
     where m.enterprise_number = $1 and u.tg_id = $2`,
    [tenant.number, chat],
  );
  return rows;
}

/** Only what was never touched again: whoever had recorded it would have edited or deleted it. */
function isExcused(history: HistoryEntry[], messageId: number, deaths: readonly number[]): boolean {
  const [sent, ...later] = history.filter((entry) => entry.message_id === messageId && entry.ok);
  if (sent?.method !== 'sendMessage' || later.length > 0) return false;
  const at = Date.parse(sent.at);
  return deaths.some((death) => at <= death && death - at < WINDOW);
}
