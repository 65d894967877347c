import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { createIntegrationCache } from '../../../services/integration-cache/src/integrationCache.js';
import { createTestDatabase } from '../../harness/database.js';
import { createTcpProxy, type TcpProxy } from '../../harness/tcpProxy.js';
import { until } from '../../harness/until.js';

/** What an adapter is asked. */
export interface Question {
  crm: string;
  enterprise: string;
  phone: string;
}

type Reply = (question: Question) => Promise<{ status: number; body: unknown }> | { status: number; body: unknown };

interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

/** The integration cache on a database of its own, with adapters that answer as a test says. */
export interface CacheStage {
  address: string;
  pool: pg.Pool;
  /** The network between the service and the database. */
  network: TcpProxy;
  /** What the adapters were asked for, in order. */
  questions: Question[];
  /** How the adapters answer from now on; nobody is known unless given. */
  answerWith(reply: Reply): void;
  get(path: string): Promise<Answer>;
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Everything is as in the beginning: nobody is known. */
  clear(): Promise<void>;
  /** What the service has logged. */
  log(): Promise<string>;
  end(): Promise<void>;
}

const listen = async (server: Server): Promise<number> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

export const client = (fields: Record<string, string | null> = {}) => ({
  status: 200,
  body: {
    client: {
      last_name: null,
      first_name: null,
      middle_name: null,
      enterprise_name: null,
      extension: null,
      ...fields,
    },
  },
});

export const nobody = { status: 200, body: { client: null } };
export const noAnswer = { status: 503, body: { error: 'the CRM is away' } };

/** Sections of an enterprise with RetailCRM switched on. */
export const RETAILCRM = {
  retailcrm: { enabled: true, domain: 'https://demo.retailcrm.example', api_key: 'made-up-key-0123456789' },
};

export async function createCacheStage(): Promise<CacheStage> {
  const logs = await mkdtemp(join(tmpdir(), 'logs-'));
  const database = await createTestDatabase();
  const url = new URL(database.url);
  const network = await createTcpProxy(Number(url.port));
  url.port = String(network.port);

  const questions: Question[] = [];
  let reply: Reply = () => nobody;
  const adapters = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const question = {
      crm: pathname.split('/')[2] ?? '',
      enterprise: searchParams.get('enterprise') ?? '',
      phone: searchParams.get('phone') ?? '',
    };
    questions.push(question);
    void Promise.resolve(reply(question)).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  const adapterUrl = `http://127.0.0.1:${await listen(adapters)}`;
  const service = await createIntegrationCache({
    DATABASE_URL: url.href,
    INTERNAL_HOST: '127.0.0.1',
    INTEGRATION_CACHE_PORT: 8020,
    RETAILCRM_PORT: 8019,
    RETAILCRM_URL: adapterUrl,
    MOYSKLAD_PORT: 8023,
    MOYSKLAD_URL: adapterUrl,
    UON_PORT: 8022,
    UON_URL: adapterUrl,
    BITRIX24_PORT: 8024,
    BITRIX24_URL: adapterUrl,
    LOG_DIR: logs,
    LOG_LEVEL: 'info',
  });
  const address = `http://127.0.0.1:${await listen(service.server)}`;

  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(address + path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  };

  return {
    address,
    pool: database.pool,
    network,
    questions,
    answerWith: (next) => {
      reply = next;
    },
    get: (path) => send('GET', path),
    send,
    clear: async () => {
      network.restore();
      await database.pool.query('truncate enterprises, customers, client_profiles, crm_destinations cascade');
      await until('the enterprises are forgotten', async () => (await send('POST', '/cache/refresh')).status === 200);
      questions.length = 0;
      reply = () => nobody;
    },
    log: async () => {
      await service.log?.flush();
      return readFile(join(logs, 'integration_cache.log'), 'utf8');
    },
    end: async () => {
      network.restore();
      await service.drain?.();
      service.server.closeAllConnections();
      service.server.close();
      await service.close();
      adapters.closeAllConnections();
      adapters.close();
      await network.close();
      await database.drop();
      await rm(logs, { recursive: true });
    },
  };
}

/** Adds the enterprise `0367` (`june`, token `375290000367`) or another, with a manager and a line. */
export async function addEnterprise(
  pool: pg.Pool,
  { number = '0367', name = 'june', config = {} }: { number?: string; name?: string; config?: unknown } = {},
): Promise<void> {
  await pool.query(
    `with enterprise as (
       insert into enterprises (number, name, name2, integrations_config)
       values ($1, $2, '37529000' || $1, $3) returning number
     ), lined as (
       insert into lines (enterprise_number, line_id, name, operator)
       select number, '0001363', 'Главный офис', 'A1' from enterprise
     ), manager as (
       insert into users (enterprise_number, last_name, first_name, middle_name, personal_phone, follow_me_number,
         follow_me_enabled)
       select number, 'Петров', 'Пётр', 'Петрович', '+375290000150', '300', true from enterprise
       returning enterprise_number, id
     )
     insert into user_internal_phones (enterprise_number, internal_phone, user_id)
     select enterprise_number, '150', id from manager`,
    [number, name, JSON.stringify(config)],
  );
}
