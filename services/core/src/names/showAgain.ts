import {
  findCustomer,
  hurryMessages,
  inTransaction,
  loadTrackedCalls,
  takeTenant,
  type Queryable,
} from '@live-calls/shared/db';
import type pg from 'pg';
import { recordUrlOf } from '../calls/recordUrl.js';
import { revived, withHistory, type StoredHistory, type StoredView, type Tracked } from '../calls/tracked.js';
import type { CallToShow } from '../notify/callToShow.js';
import { showCalls } from '../notify/showCalls.js';
import type { Tenant } from '../tenants/tenant.js';
import { clientNameOf } from './clientName.js';

interface ShowAgainOptions {
  pool: pg.Pool;
  /** Base of recording links; undefined: there are none. */
  publicUrl: string | undefined;
}

/**
 * Shows a client's calls with the name that is known by now, as they were last folded; what waited for the name is due.
 *
 * @param uuids calls with that phone
 * @returns them as they are shown now; null when another process is at the tenant: nothing was done
 */
export async function showAgain(
  { pool, publicUrl }: ShowAgainOptions,
  tenant: Tenant,
  phone: string,
  uuids: string[],
): Promise<CallToShow[] | null> {
  return inTransaction(pool, async (client) => {
    if (!(await takeTenant(client, tenant.number))) return null;
    const rows = await callsOf(client, tenant, phone, uuids);
    const clientName = clientNameOf(await findCustomer(client, tenant.number, phone, tenant.primaryCrm));
    const calls = rows.map(({ uuid, view, history }): CallToShow => {
      const call = revived(view);
      const recordUrl = recordUrlOf(uuid, call, tenant, publicUrl);
      return { uuid, call, retracted: false, clientName, history, recordUrl };
    });
    await showCalls(
      client,
      calls.map((call) => ({ ...call, tenant })),
    );
    await hurryMessages(client, tenant.number, uuids);
    return calls;
  });
}

/** A call may have turned out to be another client's, or none. */
async function callsOf(client: Queryable, tenant: Tenant, phone: string, uuids: string[]): Promise<Tracked[]> {
  const wanted = { uuids, anchors: [], since: new Date() };
  const rows = await loadTrackedCalls<StoredView, StoredHistory>(client, tenant.number, wanted);
  return rows.filter((row) => row.state !== 'retracted' && row.phone === phone).map(withHistory);
}
