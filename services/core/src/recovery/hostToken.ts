import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Tenant } from '../tenants/tenant.js';

/** Whether a request's header `Token` is that of an active tenant. How long it takes tells nothing of the token. */
export function isFromHostOf(tenant: Tenant | undefined, request: IncomingMessage): tenant is Tenant {
  const given = request.headers['token'];
  const matches = timingSafeEqual(digest(typeof given === 'string' ? given.trim() : ''), digest(tenant?.token ?? ''));
  return matches && tenant?.active === true;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
