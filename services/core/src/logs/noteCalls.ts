import type { Logger } from '@live-calls/shared/runtime';
import type { CallToShow } from '../notify/callToShow.js';
import type { Tenant } from '../tenants/tenant.js';
import type { TenantLog } from './tenantLog.js';

/** One line for each call that changed, and the names that its message shows. */
export function noteCalls(
  logger: Logger,
  tenantLog: Pick<TenantLog, 'note'>,
  tenant: Tenant,
  shown: readonly CallToShow[],
): void {
  for (const { uuid, call, retracted } of shown) {
    const facts = { enterprise: tenant.number, uniqueId: call.anchor, call: uuid, direction: call.direction };
    logger.info(`call ${retracted ? 'taken back' : call.state}`, facts);
  }
  noteNames(tenantLog, tenant, shown);
}

/** In the tenant's own log, the names that the messages of the calls show. */
export function noteNames(
  tenantLog: Pick<TenantLog, 'note'>,
  tenant: Tenant,
  shown: readonly CallToShow[],
): void {
  for (const { call, retracted, clientName } of shown) {
    const manager = tenant.managers.get(call.partner);
    const fullName = manager && [manager.lastName, manager.firstName, manager.middleName].filter(Boolean).join(' ');
    if (!clientName && !fullName) continue;
    tenantLog.note(tenant, `call ${retracted ? 'taken back' : call.state}`, {
      uniqueId: call.anchor,
      customer_name: clientName ?? undefined,
      full_name: fullName,
    });
  }
}
