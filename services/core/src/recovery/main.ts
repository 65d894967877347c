import { createPool, loadEnterprises } from '@live-calls/shared/db';
import { OperatorError } from '@live-calls/shared/runtime';
import { readCoreConfig } from '../config.js';
import { tenantOf } from '../tenants/tenantOf.js';
import type { Tenant } from '../tenants/tenant.js';
import { readCommand, USAGE, type Command } from './command.js';
import { recoverFiles } from './recoverFiles.js';
import { createRecovery } from './recovery.js';
import { reportText } from './reportText.js';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** `npm run recover`: needs the database only; a core that runs is told by NOTIFY, another one finds the events. */
async function recover({ enterprise, files, dryRun }: Command): Promise<boolean> {
  const pool = createPool(readCoreConfig().DATABASE_URL, { name: 'recover', maxConnections: 1 });
  try {
    const tenants = await loadEnterprises(pool).catch((error: unknown) => {
      throw new OperatorError(`База данных недоступна (${String(error)}). Запустите её: npm start.`);
    });
    const row = tenants.find(({ number, name }) => number === enterprise || name === enterprise);
    if (row === undefined) throw new OperatorError(`Предприятия ${enterprise} нет. Есть: ${listed(tenants)}.`);
    const tenant: Tenant = tenantOf(row);
    const report = await recoverFiles(createRecovery({ pool, tenant, dryRun }), files);
    print(reportText(report, tenant.timezone));
    return report.complete && report.unreadable === 0 && report.problems.length === 0;
  } finally {
    await pool.end();
  }
}

const listed = (tenants: { number: string; name: string }[]): string =>
  tenants
    .slice(0, 20)
    .map(({ number, name }) => `${number} (${name})`)
    .join(', ') + (tenants.length > 20 ? ', …' : '');

try {
  const command = readCommand(process.argv.slice(2));
  if (command === 'help') print(USAGE);
  else if (!(await recover(command))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  print(error.message);
  process.exitCode = 1;
}
