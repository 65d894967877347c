import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import {
  oweDeliveries,
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

/**
 * Writes what the chats of the tenant should show for calls that changed, and owes it to each. To be called in the
 * transaction of the step; the delivery worker is to be woken after its commit.
 *
 * @param firstWaitMs how long a message that stands in no chat yet is to wait for what its call lacks
 * @returns how many deliveries were armed
 */
export async function showCalls(
  client: Queryable,
  tenant: Tenant,
  calls: readonly CallToShow[],
  firstWaitMs: (shown: CallToShow) => number = () => 0,
): Promise<number> {
  let armed = 0;
  for (const round of oneCallOfAClientAtATime(calls)) {
    const changed = await wantMessages(
      client,
      tenant.number,
      round.map((shown) => wantedFor(shown, tenant, firstWaitMs(shown))),
    );
    const toldAt = new Map(round.map((shown) => [shown.uuid, shown.toldAt]));
    await armMessages(
      client,
      tenant.number,
      changed.map((message) => ({ ...message, toldAt: toldAt.get(message.callUuid) })),
    );
    armed += changed.length;
  }
  return armed;
}

/** Owes messages to their chats. */
export async function armMessages(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  messages: readonly (ChangedMessage & Pick<CallToShow, 'toldAt'>)[],
): Promise<void> {
  await oweDeliveries(
    client,
    enterpriseNumber,
    'telegram',
    messages.map(({ id, callUuid, subscriberId, delayMs, toldAt }) => ({
      orderingKey: `telegram:${subscriberId}:${callUuid}`,
      dedupeKey: `telegram:${id}`,
      payload: { message_id: id, ...(toldAt && { told_at: toldAt.toISOString() }) },
      delayMs,
    })),
  );
}

function wantedFor(shown: CallToShow, tenant: Tenant, firstWaitMs: number): WantedMessage {
  const { call } = shown;
  const message = textOf(shown, tenant);
  return {
    callUuid: shown.uuid,
    phone: call.direction === 'internal' ? '' : call.party,
    kind: message === null ? 'none' : call.state === 'final' ? 'final' : 'live',
    text: message?.text ?? '',
    silent: message?.silent ?? true,
    startedAt: call.startedAt,
    endedAt: message === null || call.state !== 'final' ? null : call.endedAt,
    waitMs: call.state === 'start' && message !== null ? START_WAIT_MS : 0,
    firstWaitMs,
  };
}

/** Recovery may bring several calls of a client at once: in order, so that the next can answer the one before. */
function oneCallOfAClientAtATime(calls: readonly CallToShow[]): CallToShow[][] {
  const latest = [...new Map(calls.map((shown) => [shown.uuid, shown])).values()];
  latest.sort((a, b) => a.call.startedAt.getTime() - b.call.startedAt.getTime());
  const rounds: CallToShow[][] = [];
  const roundOf = new Map<string, number>();
  for (const shown of latest) {
    const client = shown.call.direction === 'internal' || shown.call.party === '' ? shown.uuid : shown.call.party;
    const round = roundOf.get(client) ?? 0;
    roundOf.set(client, round + 1);
    (rounds[round] ??= []).push(shown);
  }
  return rounds;
}
