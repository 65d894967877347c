import type { GatewayAnswer } from '../gateway/gateway.js';

/** What became of an event at the gateway. */
export type Reception =
  | { kind: 'stored' }
  /** It was stored before. */
  | { kind: 'duplicate' }
  /** The gateway does not know the enterprise (yet). */
  | { kind: 'stranger'; detail: string }
  /** It cannot be read, or is too large: sent again, it could not be read again. */
  | { kind: 'refused'; detail: string }
  /** Not what the gateway answers when it works: too busy, another program, an error page. */
  | { kind: 'failed'; reason: string };

/** Reads the answer to `POST /dispatch/call-event`. Only the gateway's own words say that an event is stored. */
export function receptionOf({ status, json }: GatewayAnswer): Reception {
  const body = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const detail = (typeof body['detail'] === 'string' ? body['detail'] : JSON.stringify(json ?? '')).slice(0, 500);
  if (status === 200 && body['success'] === true) return { kind: 'stored' };
  if (status === 200 && body['status'] === 'ignored') return { kind: 'duplicate' };
  if (status === 422 || status === 413) return { kind: 'refused', detail };
  // Another program's 404 says nothing of enterprises.
  if (status === 404 && /enterprise/i.test(detail)) return { kind: 'stranger', detail };
  return { kind: 'failed', reason: `answered ${status} ${detail}`.slice(0, 200) };
}
