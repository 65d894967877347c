import { CrmError, isZone, type CrmContext } from '@live-calls/shared/runtime';
import { createClient } from './client.js';

/** The zone in which an account reads dates. */
export type ZoneOf = (context: CrmContext<'retailcrm'>) => Promise<string>;

const KEPT_MS = 24 * 3_600_000;
const MOST_KEPT = 1_000;

/**
 * Asks each account once a day.
 *
 * @returns a function that gives the enterprise's own zone when the account does not tell its zone, and throws a CrmError or
 *   NoAnswer when nobody knows yet: a call that is an hour off stays so
 * @param now Unix milliseconds
 */
export function createZones(now: () => number): ZoneOf {
  const known = new Map<string, { zone: string; until: number }>();

  return async (context) => {
    const { enterprise, config } = context;
    const key = `${enterprise.number} ${config.domain}`;
    const kept = known.get(key);
    if (kept !== undefined && kept.until > now()) return kept.zone;
    const told = await zoneTold(context);
    const zone = told !== undefined && isZone(told) ? told : enterprise.timezone;
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, { zone, until: now() + KEPT_MS });
    return zone;
  };
}

async function zoneTold(context: CrmContext<'retailcrm'>): Promise<string | undefined> {
  try {
    return await createClient(context).zone();
  } catch (error) {
    // The key need not have the right to read settings; whatever else is wrong, the upload will tell.
    const isRefused = error instanceof CrmError && ['configuration', 'rejected'].includes(error.facts.kind);
    if (!isRefused) throw error;
    context.logger.warn('account does not tell its zone', { enterprise: context.enterprise.number, error });
    return undefined;
  }
}
