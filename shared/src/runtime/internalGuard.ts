import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

interface GuardOptions {
  /** `any`: for what stands in for others, who take forms and files as well. Default `json`. */
  bodies?: 'json' | 'any';
}

/**
 * Lets services of this product in and nobody else: from this machine, or with the header `X-Internal-Token`. Others get
 * 403, and so do pages of other origins in a browser of this machine, which may post without asking anybody. Bodies that
 * are no JSON get 415.
 *
 * @param token INTERNAL_TOKEN; undefined: this machine only
 */
export function internalGuard(token: string | undefined, { bodies = 'json' }: GuardOptions = {}): RequestHandler {
  const expected = token === undefined ? undefined : digest(token);

  function hasToken(request: IncomingMessage): boolean {
    const given = request.headers['x-internal-token'];
    return expected !== undefined && typeof given === 'string' && timingSafeEqual(digest(given), expected);
  }

  return (request, response, next) => {
    if ((!isFromHere(request) && !hasToken(request)) || isOfForeignPage(request))
      response.status(403).json({ detail: 'not allowed' });
    else if (bodies === 'json' && hasBody(request) && !JSON_TYPE.test(request.headers['content-type'] ?? ''))
      response.status(415).json({ detail: 'the body must be application/json' });
    else next();
  };
}

/**
 * From this machine, and meant for it: a name that somebody's DNS leads to 127.0.0.1 is how a foreign page would get in.
 */
export function isFromHere({ socket, headers }: IncomingMessage): boolean {
  return LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && LOOPBACK_HOST.test(headers.host ?? '');
}

/** Browsers say whose page posts; programs say nothing. */
const isOfForeignPage = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined && URL.parse(headers.origin)?.host !== headers.host?.toLowerCase();

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Digests have one length, as the comparison needs. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether nobody from outside gets in without a token; a check of a service's configuration. */
export const isGuarded = (config: { INTERNAL_HOST: string; INTERNAL_TOKEN?: string | undefined }): boolean =>
  config.INTERNAL_TOKEN !== undefined ||
  config.INTERNAL_HOST === 'localhost' ||
  LOOPBACK_ADDRESS.test(config.INTERNAL_HOST);

/** What is wrong when `isGuarded` says no. */
export const UNGUARDED = {
  path: ['INTERNAL_TOKEN'],
  error: 'must be set, because INTERNAL_HOST is an address that other machines reach',
};
