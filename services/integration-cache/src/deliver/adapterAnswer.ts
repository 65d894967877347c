import { CrmOutcome } from '@live-calls/shared/contracts';

/** What an attempt to reach an adapter brought. */
export type AdapterAnswer =
  | { kind: 'outcome'; outcome: CrmOutcome }
  /** This delivery has to wait, which says nothing of the CRM. */
  | { kind: 'notYet'; reason: string; afterMs: number }
  /** The event did not reach an adapter. */
  | { kind: 'away'; reason: string }
  /** The adapter knows no such enterprise. */
  | { kind: 'gone' }
  /** An adapter did not read it, or failed at it. */
  | { kind: 'refused'; reason: string }
  /** The connection broke: nobody knows what became of it. */
  | { kind: 'lost'; reason: string }
  /** An adapter did not answer in time. */
  | { kind: 'late' }
  /** Its answer was not waited for. */
  | { kind: 'abandoned' };

/** As an adapter answers a path that it does not have; with an enterprise that it does not have it says so. */
const NO_ROUTE = 'not found';

/** Reads an answer of whatever listens where the adapter should. */
export function readAnswer(status: number, body: string): AdapterAnswer {
  const json = parse(body);
  const outcome = CrmOutcome.safeParse(json);
  if (outcome.success) return ofOutcome(outcome.data);
  const detail = detailOf(json);
  // 403: INTERNAL_TOKEN differs, so it is nobody's event that is wrong.
  if (detail === undefined || status === 403)
    return { kind: 'away', reason: `it answered ${status} ${detail ?? ''}`.trim() };
  if (status === 404)
    return detail.toLowerCase() === NO_ROUTE ? { kind: 'away', reason: 'it has no such route' } : { kind: 'gone' };
  return { kind: 'refused', reason: `the adapter answered ${status}: ${detail}` };
}

function ofOutcome(outcome: CrmOutcome): AdapterAnswer {
  if (outcome.outcome !== 'retry' || outcome.only_this !== true) return { kind: 'outcome', outcome };
  return { kind: 'notYet', reason: outcome.error, afterMs: outcome.retry_after_ms ?? 0 };
}

/** Before anything was sent; any other error may come at any moment of a request. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Reads what `fetch` threw, unless it was told to stop. */
export function readFailure(error: unknown): AdapterAnswer {
  if (!(error instanceof Error)) return { kind: 'lost', reason: String(error) };
  if (error.name === 'TimeoutError') return { kind: 'late' };
  // What `fetch` throws says only that it failed.
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (NOT_REACHED.has(code)) return { kind: 'away', reason: code };
  return { kind: 'lost', reason: `the adapter went away (${code || cause.message})` };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function detailOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('detail' in json)) return undefined;
  return typeof json.detail === 'string' ? json.detail : undefined;
}
