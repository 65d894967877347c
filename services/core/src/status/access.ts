import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isFromHere } from '@live-calls/shared/runtime';

export interface Access {
  /** Whether somebody may see inside: from this machine itself, with the token, or signed in. */
  mayLook(request: IncomingMessage): boolean;
  /** Whether there is a token to sign in with. */
  hasToken: boolean;
  /** @returns the value of the cookie; null when it is not the token */
  signIn(token: string): string | null;
}

export const COOKIE = 'live_calls_status';
export const SIGNED_IN_SECONDS = 12 * 3_600;

/** Behind a reverse proxy on this machine everybody comes from it. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/**
 * @param token STATUS_TOKEN; undefined: this machine only
 * @param now Unix milliseconds
 */
export function createAccess(token: string | undefined, now: () => number = Date.now): Access {
  const isToken = (given: string): boolean => token !== undefined && isSame(given, token);
  const seal = (until: string): string =>
    createHmac('sha256', token ?? '')
      .update(`status until ${until}`)
      .digest('base64url');

  function isSignedIn(request: IncomingMessage): boolean {
    if (token === undefined) return false;
    const [until = '', sealed = ''] = (cookieOf(request) ?? '').split('.');
    return isSame(sealed, seal(until)) && Number(until) > now();
  }

  return {
    hasToken: token !== undefined,
    mayLook: (request) => isDirect(request) || isToken(bearerOf(request)) || isSignedIn(request),
    signIn(given) {
      const until = String(now() + SIGNED_IN_SECONDS * 1000);
      return isToken(given) ? `${until}.${seal(until)}` : null;
    },
  };
}

/** HTTP/1.0 is what proxies speak that say nothing of whom they ask for. */
const isDirect = (request: IncomingMessage): boolean =>
  isFromHere(request) &&
  request.httpVersion !== '1.0' &&
  FORWARDED.every((header) => request.headers[header] === undefined);

const bearerOf = ({ headers }: IncomingMessage): string =>
  /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';

const cookieOf = ({ headers }: IncomingMessage): string | undefined =>
  (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === COOKIE)?.[1];

/** In constant time: digests have one length. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
