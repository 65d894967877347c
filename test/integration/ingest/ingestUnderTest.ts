import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi, type Mock } from 'vitest';
import { createPool } from '@live-calls/shared/db';
import { createAccessLog, createLogger } from '@live-calls/shared/runtime';
import { createIngest, type Ingest, type IngestOptions } from '../../../services/core/src/ingest/ingest.js';
import { createTenantLog } from '../../../services/core/src/logs/tenantLog.js';
import { createTenantDirectory, type TenantDirectory } from '../../../services/core/src/tenants/tenantDirectory.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { createTcpProxy, type TcpProxy } from '../../harness/tcpProxy.js';

export const TOKEN = '375293332255';

export interface IngestUnderTest {
  database: TestDatabase;
  /** Between the ingest and the database. */
  network: TcpProxy;
  tenants: TenantDirectory;
  ingest: Ingest;
  port: number;
  url: string;
  /** Directory of the logs. */
  logs: string;
  onStored: Mock<IngestOptions['onStored']>;
  flushLogs(): Promise<void>;
  stop(): Promise<void>;
}

/** So long that an event is refused for what a test does, not for what else the machine does. ms */
const PATIENT = { patienceMs: 60_000, lookUpMs: 60_000 };

/** The ingest behind real HTTP, with a database that holds the tenant `june` and that can be cut off. */
export async function startIngest(options: Partial<IngestOptions> = {}): Promise<IngestUnderTest> {
  const database = await createTestDatabase();
  await database.pool.query(
    `insert into enterprises (number, name, name2, debug_log) values ('0367', 'june', $1, true)`,
    [TOKEN],
  );
  const target = new URL(database.url);
  const network = await createTcpProxy(Number(target.port));
  target.port = String(network.port);

  const logs = await mkdtemp(join(tmpdir(), 'ingest-'));
  const logger = createLogger({ dir: logs, file: 'app.log', name: 'core' });
  const accessLog = createAccessLog({ dir: logs });
  const tenantLog = createTenantLog({ dir: logs });
  const pool = createPool(target.href, { name: 'ingest', maxConnections: 3 });
  const tenants = createTenantDirectory({ pool, databaseUrl: target.href, logger });
  await tenants.loaded();
  const onStored = vi.fn<IngestOptions['onStored']>();
  const ingest = createIngest({
    pool,
    tenants,
    logger: logger.named('ingest'),
    accessLog,
    tenantLog,
    allow: ['127.0.0.0/8'],
    onStored,
    ...options,
    limits: { ...PATIENT, ...options.limits },
  });

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    if (ingest.handle(request, response)) return;
    response.writeHead(404).end('not for the ingest');
  }).listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const flushLogs = async (): Promise<void> => {
    await Promise.all([logger.flush(), accessLog.flush(), tenantLog.flush()]);
  };
  return {
    database,
    network,
    tenants,
    ingest,
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    logs,
    onStored,
    flushLogs,
    async stop() {
      server.close();
      server.closeAllConnections();
      network.restore();
      await ingest.close();
      await tenants.close();
      await flushLogs();
      await pool.end();
      await network.close();
      await database.drop();
      await rm(logs, { recursive: true, force: true });
    },
  };
}

export interface Answered {
  status: number;
  body: { status?: string; event_id?: number; detail?: string };
  headers: Headers;
}

/** Posts an event the way a host does: one connection each. */
export async function post(
  url: string,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: (await response.json()) as Answered['body'], headers: response.headers };
}
