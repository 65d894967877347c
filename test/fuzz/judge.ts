import { bodyOf, headOf } from './bodyOf.js';
import type { HostileRequest } from './hostileRequest.js';
import type { Said } from './rawRequest.js';

/** What an adapter says, rightly, when a CRM (or the address in a hostile configuration) does not answer. */
const CRM_AWAY = /"outcome":"retry"|"error":"/;
const OWN_FAULT = /the adapter cannot work now|try again later|try again|internal error|nothing that can be stored now/;
const INSIDES = /node_modules|\bat [\w.<>]+ \(|\.js:\d+:\d+|select .+ from /i;

/** What a service says of itself when, on a busy machine, its database did not answer within the time that a check has. */
const OF_ITSELF = /^\/(health|ready)$/;
const NOT_READY = /"failed":\["\w+"/;

/** Whoever opens such an address is a person. */
const FOR_PEOPLE = /^\/(recordings|status\/login|sandbox|test-interface)/;

/** What is wrong with an answer; undefined: nothing. */
export function wrongIn({ ending, endpoint }: HostileRequest, said: Said): string | undefined {
  const { status, text, hung } = said;
  if (hung) return 'the connection was left open without an answer';
  if (status === 0) return ending === 'whole' ? 'a whole request was not answered' : undefined;
  if (INSIDES.test(text)) return 'the answer tells of the insides';
  if (headOf(text).includes('\r\nx-injected')) return 'a header was injected';
  const noJson = wrongJson(endpoint.route, ending, said);
  if (noJson !== undefined || status < 500) return noJson;
  if (isTurnedAway(said)) return undefined;
  if (status === 503 && OF_ITSELF.test(endpoint.route) && NOT_READY.test(bodyOf(text))) return undefined;
  const isBare = bodyOf(text) === ''; // of HEAD
  const isOfCrm = status === 503 && endpoint.route.startsWith('/internal/') && (isBare || CRM_AWAY.test(text));
  return isOfCrm && !OWN_FAULT.test(text) ? undefined : `status ${status}`;
}

/** More than is taken in at once: whoever sent it is told when to come again, and nothing of it was acknowledged. */
export const isTurnedAway = ({ status, text }: Said): boolean =>
  (status === 429 || status === 503) && /\r\nretry-after: \d+(\r\n|$)/.test(headOf(text));

/** What says that it is JSON is JSON, and so is every refusal that is not for people. */
function wrongJson(
  route: string,
  ending: HostileRequest['ending'],
  { status, text, isComplete }: Said,
): string | undefined {
  const head = headOf(text);
  const body = bodyOf(text);
  const isBare = body === ''; // HEAD, or refused by the HTTP parser before anything read it
  if (head.includes('\r\ncontent-type: application/json')) {
    return isBare || !isComplete || isJson(body) ? undefined : 'the answer says that it is JSON and is not';
  }
  const isRefusal = status >= 400 && ending === 'whole' && !isBare && !FOR_PEOPLE.test(route);
  return isRefusal ? 'the refusal is not JSON' : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
