import { allAnswered, countCall, findCustomer, type Customer, type Queryable } from '@live-calls/shared/db';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import { clientNameOf } from '../names/clientName.js';
import type { KnownCall } from '../names/unasked.js';
import type { ClientHistory } from '../notify/callToShow.js';
import type { Tenant } from '../tenants/tenant.js';
import type { Change } from './reconcile.js';
import { recordUrlOf } from './recordUrl.js';

/**
 * Counts the visible changes for their clients and completes each with what is known of its client. In the order in
 * which the calls began: the second call of a client finds the first one in its history.
 */
export async function settleClients(
  client: Queryable,
  tenant: Tenant,
  changes: readonly Change[],
  publicUrl: string | undefined,
): Promise<KnownCall[]> {
  const visible = changes.filter((change) => change.visible);
  const inOrder = visible.toSorted((one, other) => +one.after.started_at - +other.after.started_at);
  // Asked at once and answered in this order: what one call counts, the next one finds.
  return allAnswered(
    inOrder.map(async ({ before, after, call }): Promise<KnownCall> => {
      const { phone, uuid } = after;
      const [customer] = await allAnswered([
        phone ? findCustomer(client, tenant.number, phone, tenant.primaryCrm) : undefined,
        count(client, tenant.number, before, after, call.talked.at(-1) ?? ''),
      ]);
      if (!before?.counted_as) after.history ??= historyOf(customer, after.started_at);
      const shown = {
        uuid,
        call,
        retracted: after.state === 'retracted',
        clientName: clientNameOf(customer),
        history: after.history,
        recordUrl: recordUrlOf(uuid, call, tenant, publicUrl),
      };
      return { shown, phone, profileAgeMs: customer?.profile_age_ms ?? null };
    }),
  );
}

async function count(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  before: Change['before'],
  after: Change['after'],
  extension: string,
): Promise<void> {
  const was = before?.counted_as ?? null;
  const startedAt = after.started_at;
  if (before && was && before.phone !== after.phone) {
    await allAnswered([
      countCall(client, enterpriseNumber, { phone: before.phone, before: was, after: null, startedAt, extension }),
      count(client, enterpriseNumber, null, after, extension),
    ]);
  } else if (after.phone && (was ?? after.counted_as)) {
    await countCall(client, enterpriseNumber, {
      phone: after.phone,
      before: was,
      after: after.counted_as,
      startedAt,
      extension,
    });
  }
}

function historyOf(customer: Customer | undefined, startedAt: Date): ClientHistory | null {
  if (!customer?.last_call_at || customer.total_in === 0 || customer.last_call_at >= startedAt) return null;
  return {
    callsIn: customer.total_in,
    lastAt: customer.last_call_at,
    lastAnswered: customer.last_call_answered ?? false,
    lastExtension: customer.last_call_extension ?? '',
  };
}
