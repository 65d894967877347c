import { EnterpriseNumber, readIntegrations, Token } from '@live-calls/shared/contracts';
import type { EnterpriseRow } from '@live-calls/shared/db';
import type { Manager, Tenant } from './tenant.js';

/** The tenant that a row of the database describes. */
export function tenantOf(row: EnterpriseRow): Tenant {
  const integrations = readIntegrations(row.integrations_config);
  return {
    number: EnterpriseNumber.parse(row.number),
    name: row.name,
    token: Token.parse(row.name2),
    timezone: row.timezone,
    country: row.country,
    recordingsUrl: row.recordings_url,
    debugLog: row.debug_log,
    active: row.active,
    crms: integrations.enabled,
    primaryCrm: integrations.primary,
    managers: new Map(row.managers.map((manager) => [manager.internal_phone, managerOf(manager)])),
    lines: new Map(
      row.lines.map(({ line_id: id, name, incoming_transform: incomingTransform }) => [
        id,
        { id, name, incomingTransform },
      ]),
    ),
  };
}

function managerOf(row: EnterpriseRow['managers'][number]): Manager {
  return {
    extension: row.internal_phone,
    lastName: row.last_name,
    firstName: row.first_name,
    middleName: row.middle_name,
  };
}
