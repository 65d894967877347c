import type { Crm } from '@live-calls/shared/contracts';
import type pg from 'pg';
import type { FixtureEvent } from '../fixtures/fixtures.js';
import { callsOf, chatOf } from './outcome.js';
import type { ChatEvidence, CrmRecord, Evidence, Recorded } from './reconcile.js';
import type { TestTenant } from './tenant.js';

/** What a tenant's host posted and what must come of it. */
export interface Posted {
  tenant: TestTenant;
  /** Shown when something is wrong. */
  name: string;
  expected: Evidence['expected'];
  acknowledged: readonly number[];
  /** As they were posted; without them, whatever was acknowledged is all. */
  events?: readonly FixtureEvent[];
  crms?: readonly Crm[];
}

/** Where to look. */
interface Places {
  pool: pg.Pool;
  /** Address of the emulator. */
  emulator: string;
}

/** Collects what became of a tenant's events. Rejects as the database does. */
export async function collect(places: Places, posted: Posted): Promise<Evidence> {
  const { pool } = places;
  const { tenant, crms = [], events = [] } = posted;
  const rows = async <T extends object>(sql: string): Promise<T[]> => (await pool.query<T>(sql, [tenant.number])).rows;
  const calls = await callsOf(pool, tenant);
  const own: Own = {
    phones: new Set([...posted.expected.calls, ...calls].map(({ party }) => party.replace(/\D/g, ''))),
    uniqueIds: new Set(events.map(({ body }) => body['UniqueId'])),
  };
  const [customers] = await rows<{ calls: number }>(
    'select coalesce(sum(total_in + total_out), 0)::int as calls from customers where enterprise_number = $1',
  );
  const records = new Map<Crm, CrmRecord[]>();
  for (const crm of crms) records.set(crm, await recordsOf(places, crm, own));
  return {
    ...posted,
    posted: posted.events?.length ?? posted.acknowledged.length,
    stored: await rows<Evidence['stored'][number]>(
      `select id, processed_at is not null as processed, process_error as error
       from call_events where enterprise_number = $1`,
    ),
    calls,
    counted: customers?.calls ?? 0,
    chats: await Promise.all(tenant.chats.map((chat) => chatEvidence(places, tenant, chat))),
    undone: await rows<Evidence['undone'][number]>(
      `select target, state, last_error as error, payload->'call'->>'external_id' as "externalId"
       from deliveries where enterprise_number = $1 and state <> 'done'`,
    ),
    crms: Object.fromEntries(records),
  };
}

async function chatEvidence({ pool, emulator }: Places, { number }: TestTenant, chat: number): Promise<ChatEvidence> {
  const { rows } = await pool.query<Recorded>(
    `select m.live_message_id as live, m.final_message_id as final, m.wanted_kind as kind
     from telegram_messages m join telegram_users u on u.id = m.subscriber_id
     where m.enterprise_number = $1 and u.tg_id = $2`,
    [number, chat],
  );
  return { chat, recorded: rows, ...(await chatOf(emulator, chat)) };
}

/** By what a tenant's calls are known. */
interface Own {
  /** Digits. */
  phones: ReadonlySet<string>;
  uniqueIds: ReadonlySet<unknown>;
}

/** All tenants share what a sandbox has written down. */
async function recordsOf({ emulator }: Places, crm: Crm, { phones, uniqueIds }: Own): Promise<CrmRecord[]> {
  const records = await recordsIn(emulator, crm);
  return records.filter(({ externalId, phone }) =>
    externalId === null ? phones.has(phone) : uniqueIds.has(externalId),
  );
}

/** What the sandboxes tell of a call. */
interface SandboxCall {
  phone: string;
  externalId?: string;
  /** MoySklad's calls have a length or an end when they are over, and a comment when they turned out to be none, */
  duration?: number;
  endTime?: string;
  comment?: string;
  /** and Bitrix24's this. */
  finished?: object;
}

/** Nothing deletes an entry of MoySklad: that it is no call is written into it. */
const TAKEN_BACK = 'не отдельный звонок';

const IS_OVER: Readonly<Record<Crm, (call: SandboxCall) => boolean>> = {
  retailcrm: () => true,
  uon: () => true,
  moysklad: ({ duration, endTime, comment = '' }) =>
    (duration !== undefined || endTime !== undefined) && !comment.includes(TAKEN_BACK),
  bitrix24: ({ finished }) => finished !== undefined,
};

/** The finished calls that a CRM's sandbox has. */
async function recordsIn(emulator: string, crm: Crm): Promise<CrmRecord[]> {
  const response = await fetch(`${emulator}/api/sandbox/${crm}`);
  const { calls } = (await response.json()) as { calls: SandboxCall[] };
  return calls
    .filter(IS_OVER[crm])
    .map(({ phone, externalId = null }) => ({ externalId, phone: phone.replace(/\D/g, '') }));
}
