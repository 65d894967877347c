import type { IncomingMessage } from 'node:http';
import { isFromHere } from '@live-calls/shared/runtime';

/** Behind a reverse proxy on this machine everybody comes from it. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/**
 * Whether it is this machine itself that asks, and nobody through a proxy on it. HTTP/1.0 is what proxies speak that say
 * nothing of whom they ask for.
 */
export const isDirect = (request: IncomingMessage): boolean =>
  isFromHere(request) &&
  request.httpVersion !== '1.0' &&
  FORWARDED.every((header) => request.headers[header] === undefined);
