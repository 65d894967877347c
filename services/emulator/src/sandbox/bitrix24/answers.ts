import type { Answer } from '../crm/answer.js';
import { Refused } from '../crm/answer.js';
import { ACCOUNT_ZONE, toAccountTime } from '../crm/clock.js';
import type { Exchange } from '../crm/exchange.js';

/** ISO 8601 with the portal's offset. */
function portalTime(ms: number): string {
  return `${toAccountTime(ms).replace(' ', 'T')}${ACCOUNT_ZONE}`;
}

/** A result with the time that it took. @param more what lists say beside it */
export function done({ now }: Exchange, result: unknown, more: object = {}): Answer {
  const seconds = now / 1_000;
  const time = {
    start: seconds,
    finish: seconds,
    duration: 0,
    processing: 0,
    date_start: portalTime(now),
    date_finish: portalTime(now),
    operating_reset_at: Math.floor(seconds) + 600,
    operating: 0,
  };
  return { status: 200, json: { result, ...more, time } };
}

export function failed(status: number, error: string, description: string): Answer {
  return { status, json: { error, error_description: description } };
}

/** What the methods of telephony say when something is wrong. */
export function refuse(description: string): Refused {
  return new Refused(failed(400, 'ERROR_CORE', description));
}
