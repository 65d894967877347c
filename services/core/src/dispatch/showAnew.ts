import { findCustomer, findTrackedCall, inTransaction, takeTenant, unshownMessages } from '@live-calls/shared/db';
import type pg from 'pg';
import { recordUrlOf } from '../calls/recordUrl.js';
import { revived, withHistory, type StoredHistory, type StoredView } from '../calls/tracked.js';
import { clientNameOf } from '../names/clientName.js';
import { armMessages, showCalls } from '../notify/showCalls.js';
import type { Tenant } from '../tenants/tenant.js';

interface ShowAnewOptions {
  pool: pg.Pool;
  /** Base of recording links; undefined: there are none. */
  publicUrl: string | undefined;
}

/**
 * Owes the chats a call as it is known now: to those that lack it or show something else. A chat that shows it already
 * gets nothing.
 *
 * @returns false when another process is at the tenant: nothing was done
 */
export async function showAnew({ pool, publicUrl }: ShowAnewOptions, tenant: Tenant, uuid: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    if (!(await takeTenant(client, tenant.number))) return false;
    const found = await findTrackedCall<StoredView, StoredHistory>(client, tenant.number, uuid);
    if (found === null) return true;
    const { view, history, phone, state } = withHistory(found);
    const call = revived(view);
    const customer = phone === '' ? undefined : await findCustomer(client, tenant.number, phone, tenant.primaryCrm);
    const recordUrl = recordUrlOf(uuid, call, tenant, publicUrl);
    const clientName = clientNameOf(customer);
    await showCalls(client, [{ tenant, uuid, call, retracted: state === 'retracted', clientName, history, recordUrl }]);
    await armMessages(client, await unshownMessages(client, tenant.number, uuid));
    return true;
  });
}
