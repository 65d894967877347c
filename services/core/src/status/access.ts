import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createGuesses, type Guesses } from '../doors/guesses.js';
import { isDirect } from '../doors/isDirect.js';

export interface Access {
  /** Whether somebody may see inside: from this machine itself, with the token, or signed in. */
  mayLook(request: IncomingMessage): boolean;
  /** Whether there is a token to sign in with. */
  hasToken: boolean;
  /** @param address of who says that this is the token */
  signIn(token: string, address: string | undefined): SignIn;
}

/** `waitMs`: there were too many wrong tokens; this one was not looked at. */
type SignIn = { is: 'in'; cookie: string } | { is: 'wrong' } | { is: 'too often'; waitMs: number };

export const COOKIE = 'live_calls_status';
export const SIGNED_IN_SECONDS = 12 * 3_600;

/**
 * @param token STATUS_TOKEN; undefined: this machine only
 * @param now Unix milliseconds
 */
export function createAccess(
  token: string | undefined,
  now: () => number = Date.now,
  guesses: Guesses = createGuesses(),
): Access {
  const isToken = (given: string): boolean => token !== undefined && isSame(given, token);
  const seal = (until: string): string =>
    createHmac('sha256', token ?? '')
      .update(`status until ${until}`)
      .digest('base64url');

  function hasBearer(request: IncomingMessage): boolean {
    const given = bearerOf(request);
    if (given === '' || guesses.waitMs(request.socket.remoteAddress) > 0) return false;
    if (isToken(given)) return true;
    guesses.count(request.socket.remoteAddress);
    return false;
  }

  function isSignedIn(request: IncomingMessage): boolean {
    if (token === undefined) return false;
    const [until = '', sealed = ''] = (cookieOf(request) ?? '').split('.');
    return isSame(sealed, seal(until)) && Number(until) > now();
  }

  return {
    hasToken: token !== undefined,
    mayLook: (request) => isDirect(request) || isSignedIn(request) || hasBearer(request),
    signIn(given, address) {
      const waitMs = guesses.waitMs(address);
      if (waitMs > 0) return { is: 'too often', waitMs };
      if (!isToken(given)) {
        guesses.count(address);
        return { is: 'wrong' };
      }
      const until = String(now() + SIGNED_IN_SECONDS * 1000);
      return { is: 'in', cookie: `${until}.${seal(until)}` };
    },
  };
}

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
