import type { CallView } from '@live-calls/shared/contracts';
import { answerableFor } from '../calls/answerable.js';
import type { Call } from '../calls/call.js';
import type { Tenant } from '../tenants/tenant.js';
import { zonedTime } from './zonedTime.js';

/** How CRMs know a call, and where its recording is. */
export interface Identity {
  uuid: string;
  externalId: string;
  recordUrl: string | null;
}

/** A client's call as it is handed to CRMs. */
export function callViewOf(
  call: Call,
  { timezone, lines }: Pick<Tenant, 'timezone' | 'lines'>,
  { uuid, externalId, recordUrl }: Identity,
): CallView {
  const time = (at: Date | null): string | null => at && zonedTime(at, timezone);
  return {
    id: uuid,
    external_id: externalId,
    direction: call.direction === 'outgoing' ? 'outgoing' : 'incoming',
    state: call.state,
    phone: call.party,
    line: { id: call.line, name: lines.get(call.line)?.name ?? null },
    ringing: call.ringing,
    rang: call.rang,
    talked: call.talked,
    extension: answerableFor(call),
    answered: call.answered,
    started_at: zonedTime(call.startedAt, timezone),
    answered_at: time(call.answeredAt),
    ended_at: time(call.endedAt),
    zone: timezone,
    talk_seconds: call.talkSeconds,
    wait_seconds: call.waitSeconds,
    duration_seconds: call.durationSeconds,
    record_url: recordUrl,
  };
}
