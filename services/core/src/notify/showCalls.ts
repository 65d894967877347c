import {
  allAnswered,
  oweDeliveries,
  takeBackMessages,
  wantMessages,
  type ChangedMessage,
  type Queryable,
  type WantedMessage,
} from '@live-calls/shared/db';
import type { Tenant } from '../tenants/tenant.js';
import type { CallToShow } from './callToShow.js';
import { textOf } from './text/textOf.js';

/** A call that begins waits for somebody to ring: without a greeting that comes at once, and no start is shown. */
const START_WAIT_MS = 3_000;

/** A call with the tenant whose chats have to follow. */
export interface Showing extends CallToShow {
  tenant: Tenant;
  /** How long a message that stands in no chat yet is to wait for what its call lacks; unset: not at all. */
  firstWaitMs?: number;
}

/**
 * Writes what the chats of their tenants should show for calls that changed, and owes it to each. To be called in the
 * transaction of the steps; the delivery worker is to be woken after its commit.
 *
 * @returns the messages whose deliveries were armed
 */
export async function showCalls(client: Queryable, calls: readonly Showing[]): Promise<ChangedMessage[]> {
  const armed: ChangedMessage[] = [];
  for (const round of oneCallOfAClientAtATime(calls)) {
    const changed = await want(client, round);
    const toldAt = new Map(round.map((shown) => [keyOf(shown.tenant.number, shown.uuid), shown.toldAt]));
    await armMessages(
      client,
      changed.map((message) => ({ ...message, toldAt: toldAt.get(keyOf(message.enterpriseNumber, message.callUuid)) })),
    );
    armed.push(...changed);
  }
  return armed;
}

async function want(client: Queryable, calls: readonly Showing[]): Promise<ChangedMessage[]> {
  const wanted = calls.map(wantedFor);
  const takenBack = calls.filter((_, place) => wanted[place] === null);
  const changed = await allAnswered([
    wantMessages(
      client,
      wanted.filter((one) => one !== null),
    ),
    ...takenBack.map(({ tenant, uuid }) => takeBackMessages(client, tenant.number, uuid)),
  ]);
  return changed.flat();
}

/** Owes messages to their chats. */
export async function armMessages(
  client: Queryable,
  messages: readonly (ChangedMessage & Pick<CallToShow, 'toldAt'>)[],
): Promise<void> {
  await oweDeliveries(
    client,
    messages.map(({ enterpriseNumber, id, callUuid, subscriberId, delayMs, toldAt }) => ({
      enterpriseNumber,
      target: 'telegram',
      orderingKey: `telegram:${subscriberId}:${callUuid}`,
      dedupeKey: `telegram:${id}`,
      payload: { message_id: id, ...(toldAt && { told_at: toldAt.toISOString() }) },
      delayMs,
    })),
  );
}

/** Null: the call is not shown. */
function wantedFor(shown: Showing): WantedMessage | null {
  const { call, tenant, firstWaitMs = 0 } = shown;
  const message = textOf(shown, tenant);
  if (message === null) return null;
  return {
    enterpriseNumber: tenant.number,
    callUuid: shown.uuid,
    phone: call.direction === 'internal' ? '' : call.party,
    kind: call.state === 'final' ? 'final' : 'live',
    text: message.text,
    silent: message.silent,
    startedAt: call.startedAt,
    endedAt: call.state === 'final' ? call.endedAt : null,
    waitMs: call.state === 'start' ? START_WAIT_MS : 0,
    firstWaitMs,
  };
}

/** What is unique within a tenant, among those of several. */
const keyOf = (enterpriseNumber: string, own: string): string => `${enterpriseNumber} ${own}`;

/** Recovery may bring several calls of a client at once: in order, so that the next can answer the one before. */
function oneCallOfAClientAtATime(calls: readonly Showing[]): Showing[][] {
  const latest = [...new Map(calls.map((shown) => [keyOf(shown.tenant.number, shown.uuid), shown])).values()];
  latest.sort((a, b) => a.call.startedAt.getTime() - b.call.startedAt.getTime());
  const rounds: Showing[][] = [];
  const roundOf = new Map<string, number>();
  for (const shown of latest) {
    const { tenant, call, uuid } = shown;
    const client = keyOf(tenant.number, call.direction === 'internal' || call.party === '' ? uuid : call.party);
    const round = roundOf.get(client) ?? 0;
    roundOf.set(client, round + 1);
    (rounds[round] ??= []).push(shown);
  }
  return rounds;
}
