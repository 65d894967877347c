import { once } from 'node:events';
import { createServer } from 'node:http';
import { createPool } from '@live-calls/shared/db';
import { createRecoveryRoute } from '../../../services/core/src/recovery/recoveryRoute.js';
import type { RecoveryReport } from '../../../services/core/src/recovery/report.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { createTcpProxy, type TcpProxy } from '../../harness/tcpProxy.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { createStage as createCallsStage } from '../calls/stage.js';
import type { LoggedRow } from './hostLogFile.js';

export interface RouteStage {
  database: TestDatabase;
  tenant: Tenant;
  /** Between the route and the database. */
  network: TcpProxy;
  url: string;
  /** How many events are stored. */
  stored(): Promise<number>;
  stopRoute(): Promise<void>;
  end(): Promise<void>;
}

type Options = Partial<Parameters<typeof createRecoveryRoute>[0]>;

/** The route behind real HTTP, with a database that can be cut off. */
export async function createRouteStage(options: Options = {}): Promise<RouteStage> {
  const database = await createTestDatabase();
  const { known: tenant } = await createCallsStage({ database });
  const target = new URL(database.url);
  const network = await createTcpProxy(Number(target.port));
  target.port = String(network.port);
  const pool = createPool(target.href, { name: 'recovery', maxConnections: 4 });
  const route = createRecoveryRoute({
    pool,
    tenants: { all: () => [tenant] },
    logger: silentLogger(),
    accessLog: { record: () => undefined },
    allow: ['127.0.0.0/8'],
    onStored: () => undefined,
    ...options,
  });
  const server = createServer((request, response) => {
    if (!route.handle(request, response)) response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    database,
    tenant,
    network,
    url: `http://127.0.0.1:${address.port}/recovery/${tenant.number}`,
    stored: async () => {
      const { rows } = await database.pool.query<{ count: number }>('select count(*)::int as count from call_events');
      return rows[0]?.count ?? 0;
    },
    stopRoute: () => route.stop(),
    async end() {
      server.close();
      server.closeAllConnections();
      network.restore();
      await route.stop();
      await pool.end();
      await network.close();
      await database.drop();
    },
  };
}

/** Distinct events as rows of a host's log. */
export const dialRows = (token: string, count: number): LoggedRow[] =>
  Array.from({ length: count }, (_, n) => ({
    id: n + 1,
    DateTime: '2025-10-01 10:00:00',
    event: 'dial',
    status: 'Timeout',
    request: { Token: token, UniqueId: `1759302000.${n}`, Phone: '375290000001', Extensions: ['151'], CallType: 0 },
  }));

export const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

export interface Answered {
  status: number;
  report: RecoveryReport & { text: string; detail?: string };
}

export async function push(url: string, token: string, body: string): Promise<Answered> {
  const response = await fetch(url, { method: 'POST', body, headers: { token } });
  return { status: response.status, report: (await response.json()) as Answered['report'] };
}
