import type { Crm, EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';
import { storableText } from './storableText.js';

/** One request to a CRM and what came of it. Whoever writes it has masked the secrets. */
export interface IntegrationLogEntry {
  enterpriseNumber: EnterpriseNumber;
  crm: Crm;
  eventType: string;
  /** By what the CRM knows the call; '' for what is not about a call. */
  uniqueId: string;
  attempt: number;
  request: { method: string; url: string; body: unknown };
  /** Null: nobody answered. */
  response: { status: number; body: unknown } | null;
  durationMs: number;
  error: string | null;
}

export async function addIntegrationLog(db: Queryable, entry: IntegrationLogEntry): Promise<void> {
  const { enterpriseNumber, crm, eventType, uniqueId, attempt, request, response, durationMs, error } = entry;
  await db.query(
    prepared(
      `insert into integration_logs
         (enterprise_number, crm, event_type, unique_id, attempt, request, response, status, duration_ms, error)
       values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10)`,
      [
        enterpriseNumber,
        crm,
        eventType,
        uniqueId,
        attempt,
        storable(request),
        response === null ? null : storable(response),
        response?.status ?? null,
        Math.round(durationMs),
        error === null ? null : storableText(error),
      ],
    ),
  );
}

/** As JSON that jsonb can hold. */
const storable = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner));
