import type { HostileRequest } from './hostileRequest.js';
import type { Said } from './rawRequest.js';

/** What an adapter says, rightly, when a CRM (or the address in a hostile configuration) does not answer. */
const CRM_AWAY = /"outcome":"retry"|"error":"/;
const OWN_FAULT = /the adapter cannot work now|try again later|try again|internal error|nothing that can be stored now/;
const INSIDES = /node_modules|\bat [\w.<>]+ \(|\.js:\d+:\d+|select .+ from /i;

/** What is wrong with an answer; undefined: nothing. */
export function wrongIn({ isWhole, endpoint }: HostileRequest, { status, text, hung }: Said): string | undefined {
  if (hung) return 'the connection was left open without an answer';
  if (status === 0) return isWhole ? 'a whole request was not answered' : undefined;
  if (INSIDES.test(text)) return 'the answer tells of the insides';
  if (/\r\nx-injected/i.test(text.split('\r\n\r\n', 1)[0] ?? '')) return 'a header was injected';
  if (status < 500) return undefined;
  const isOfCrm = status === 503 && endpoint.route.startsWith('/internal/') && CRM_AWAY.test(text);
  return isOfCrm && !OWN_FAULT.test(text) ? undefined : `status ${status}`;
}
