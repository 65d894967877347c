import type { FinishedCall } from '@live-calls/shared/db';
import { answerableFor } from './answerable.js';
import type { CallToShow } from '../notify/callToShow.js';
import type { Tenant } from '../tenants/tenant.js';
import type { Direction } from './call.js';

const CALL_TYPE: Record<Direction, 0 | 1 | 2> = { incoming: 0, outgoing: 1, internal: 2 };

/** The row of a finished call in `calls`. */
export function finishedCall({
  tenant,
  uuid,
  call,
  recordUrl,
}: Pick<CallToShow, 'uuid' | 'call' | 'recordUrl'> & { tenant: Pick<Tenant, 'number'> }): FinishedCall {
  return {
    enterprise_number: tenant.number,
    uuid,
    unique_id: call.anchor,
    phone: call.party,
    extension: answerableFor(call),
    call_type: CALL_TYPE[call.direction],
    call_status: call.answered ? 2 : 0,
    date_received: call.startedAt,
    date_end: call.endedAt ?? call.startedAt,
    duration: Math.round(call.durationSeconds),
    talk_seconds: call.talkSeconds,
    wait_seconds: call.waitSeconds,
    line_id: call.line,
    rang: call.rang,
    talked: call.talked,
    record_url: recordUrl,
    data_source: call.dataSource,
  };
}
