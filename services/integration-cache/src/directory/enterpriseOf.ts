import { readIntegrations, type EnterpriseNumber } from '@live-calls/shared/contracts';
import type { IntegrationsRow } from '@live-calls/shared/db';
import type { Enterprise, Manager } from './enterprise.js';

/** The enterprise that a row of the database describes, whatever people have written into its settings. */
export function enterpriseOf(row: IntegrationsRow): Enterprise {
  return {
    number: row.number as EnterpriseNumber, // the table has no empty ones
    name: row.name,
    token: row.name2,
    timezone: row.timezone,
    country: row.country,
    integrations: readIntegrations(row.integrations_config),
    config: row.integrations_config,
    managers: new Map(row.managers.map((manager) => [manager.internal_phone, managerOf(manager)])),
    lines: new Map(
      row.lines.map(({ line_id: id, name, operator, incoming_transform: incomingTransform }) => [
        id,
        { id, name, operator, incomingTransform },
      ]),
    ),
  };
}

function managerOf(row: IntegrationsRow['managers'][number]): Manager {
  return {
    internalPhone: row.internal_phone,
    lastName: row.last_name,
    firstName: row.first_name,
    middleName: row.middle_name,
    personalPhone: row.personal_phone,
    followMeNumber: row.follow_me_number,
    followMeEnabled: row.follow_me_enabled,
  };
}
