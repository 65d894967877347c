import { EnterpriseNumber, readIntegrations, type Integrations } from '../../contracts/index.js';
import { loadEnterprises, type EnterpriseRow } from '../../db/enterprises.js';
import type { Queryable } from '../../db/pool.js';
import { OperatorError } from '../../runtime/operatorError.js';

/** Whose calls are replayed. */
export interface Enterprise {
  number: EnterpriseNumber;
  name: string;
  /** IANA. */
  timezone: string;
  integrations: Integrations;
}

/** @param wanted number or name. @throws OperatorError when there is none, or the database does not answer */
export async function findEnterprise(db: Queryable, wanted: string): Promise<Enterprise> {
  const rows = await loadEnterprises(db);
  const row = rows.find(({ number, name }) => number === wanted || name === wanted);
  if (row === undefined) throw new OperatorError(`Предприятия ${wanted} нет. Есть: ${listed(rows)}.`);
  const { name, timezone, integrations_config: config } = row;
  return { number: EnterpriseNumber.parse(row.number), name, timezone, integrations: readIntegrations(config) };
}

const MOST = 20;

const listed = (rows: EnterpriseRow[]): string =>
  rows
    .slice(0, MOST)
    .map(({ number, name }) => `${number} (${name})`)
    .join(', ') + (rows.length > MOST ? ', …' : '') || 'ни одного';
