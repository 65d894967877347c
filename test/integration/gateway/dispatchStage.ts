import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { EnterpriseNumber, readIntegrations, type CallView } from '@live-calls/shared/contracts';
import type { Enterprise } from '../../../services/integration-cache/src/directory/enterprise.js';
import {
  createDispatch,
  type Dispatch,
  type DispatchOptions,
} from '../../../services/integration-cache/src/dispatch/dispatch.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { PATIENCE_MS } from '../../harness/patience.js';
import { until } from '../../harness/until.js';
import { createHeardLogger, type HeardLogger } from '../notify/heardLogger.js';
import { startAdapterStandIn, type AdapterStandIn } from './dispatchAdapter.js';

export interface Gateway {
  dispatch: Dispatch;
  /** Where it listens. */
  url: string;
}

export interface DispatchStage {
  database: TestDatabase;
  adapter: AdapterStandIn;
  heard: HeardLogger;
  /** What the gateways know; tests change it. */
  enterprises: Map<string, Enterprise>;
  startGateway(options?: Partial<DispatchOptions>): Promise<Gateway>;
  post(gateway: Gateway, body: unknown): Promise<{ status: number; body: unknown }>;
  /** Posts an event of 0367's call. @throws when it is not accepted */
  hand(gateway: Gateway, type: EventType, id: string, changes?: Partial<CallView>): Promise<void>;
  deliveries(): Promise<DeliveryRow[]>;
  /** Waits for a delivery. */
  untilRow(what: string, holds: (row: DeliveryRow) => boolean): Promise<DeliveryRow>;
  /** What the adapters were given, `<crm> <event> <call>`. */
  given(): string[];
  /** Lines of the log with this text. */
  said(text: string): string[];
  /** Lets everything that waits wait no longer. */
  makeDue(): Promise<void>;
  /** Waits until nothing is pending or running. */
  untilFinished(): Promise<void>;
  end(): Promise<void>;
}

type EventType = 'dial' | 'answer' | 'hangup' | 'cancel';

export interface DeliveryRow {
  enterprise: string;
  key: string;
  target: string;
  state: string;
  attempts: number;
  error: string | null;
  note: string | null;
  /** Seconds until it is due. */
  wait: number;
  /** Seconds between when it was first owed and when it is due. */
  delay: number;
  /** When it is due. Unix milliseconds */
  dueAt: number;
}

const SECTIONS = {
  retailcrm: { enabled: true, domain: 'https://crm.example.com', api_key: 'made-up-key' },
  uon: { enabled: true, api_key: 'made-up-key' },
  bitrix24: { enabled: true, incoming_webhook: 'https://portal.example.com/rest/1/made-up' },
};

/** An enterprise with these sections enabled. */
export function enterpriseWith(number: string, config: Record<string, unknown> = { retailcrm: SECTIONS.retailcrm }) {
  return {
    number: EnterpriseNumber.parse(number),
    name: `company${number}`,
    token: `37529000${number}`,
    timezone: 'Europe/Minsk',
    country: 'BY',
    config,
    integrations: readIntegrations(config),
    managers: new Map(),
    lines: new Map([['0001363', { id: '0001363', name: 'Главный офис', operator: null, incomingTransform: null }]]),
  } satisfies Enterprise;
}

export const sectionsOf = (...crms: (keyof typeof SECTIONS)[]): Record<string, unknown> =>
  Object.fromEntries(crms.map((crm) => [crm, SECTIONS[crm]]));

/** A client's call as the core sees it. */
export function callView(id: string, changes: Partial<CallView> = {}): CallView {
  return {
    id,
    external_id: `1759230684.${id}`,
    direction: 'incoming',
    state: 'dial',
    phone: '+375290000001',
    line: { id: '0001363', name: 'Главный офис' },
    ringing: ['150'],
    rang: ['150'],
    talked: [],
    extension: '150',
    answered: false,
    started_at: '2025-09-30T11:15:00+03:00',
    answered_at: null,
    ended_at: null,
    zone: 'Europe/Minsk',
    talk_seconds: 0,
    wait_seconds: 5,
    duration_seconds: 5,
    record_url: null,
    ...changes,
  };
}

/** Body of an event as the core posts it. */
export const eventOf = (
  { token }: Pick<Enterprise, 'token'>,
  type: EventType,
  call: CallView,
): Record<string, unknown> => ({ token, uniqueId: call.external_id, event_type: type, raw: {}, call });

export async function createDispatchStage(): Promise<DispatchStage> {
  const database = await createTestDatabase();
  const adapter = await startAdapterStandIn();
  const heard = createHeardLogger();
  const enterprises = new Map<string, Enterprise>([['0367', enterpriseWith('0367')]]);
  const servers: Server[] = [];
  const dispatches: Dispatch[] = [];
  const { pool } = database;

  const deliveries = async (): Promise<DeliveryRow[]> =>
    (
      await pool.query<DeliveryRow>(
        `select enterprise_number as enterprise, dedupe_key as key, target, state, attempts, last_error as error, note,
           extract(epoch from run_at - now())::float8 as wait, extract(epoch from run_at - created_at)::float8 as delay,
           extract(epoch from run_at)::float8 * 1000 as "dueAt"
         from deliveries order by id`,
      )
    ).rows;

  const post: DispatchStage['post'] = async ({ url }, body) => {
    const response = await fetch(`${url}/dispatch/call-event`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };

  return {
    database,
    adapter,
    heard,
    enterprises,
    post,
    hand: async (gateway, type, id, changes) => {
      const { status } = await post(gateway, eventOf(enterpriseWith('0367'), type, callView(id, changes)));
      if (status !== 200) throw new Error(`not accepted: ${status}`);
    },
    deliveries,
    untilRow: async (what, holds) => {
      let found: DeliveryRow | undefined;
      const isFound = async (): Promise<boolean> => (found = (await deliveries()).find(holds)) !== undefined;
      await until(what, isFound);
      return found as unknown as DeliveryRow;
    },
    given: () => adapter.seen.map(({ crm, event_type, call }) => `${crm} ${event_type} ${call.id}`),
    said: (text) => heard.lines.filter((line) => line.includes(text)),
    startGateway: async (options = {}) => {
      // What is known of destinations is kept for enterprises that there are.
      for (const { number, name, token } of enterprises.values()) {
        await pool.query('insert into enterprises (number, name, name2) values ($1, $2, $3) on conflict do nothing', [
          number,
          name,
          token,
        ]);
      }
      const dispatch = createDispatch({
        pool,
        directory: {
          find: (number) => Promise.resolve(enterprises.get(number)),
          findByToken: (token) => Promise.resolve([...enterprises.values()].find((one) => one.token === token)),
        },
        logger: heard.logger,
        adapterUrl: () => adapter.url,
        pollMs: 50,
        timeoutMs: PATIENCE_MS,
        ...options,
      });
      const server = createServer(express().use(dispatch.router)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      dispatches.push(dispatch);
      return { dispatch, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    },
    makeDue: async () => {
      await pool.query(`update crm_destinations set held_until = now() where held_until > now()`);
      await pool.query(`update deliveries set run_at = now() where state = 'pending' and run_at > now()`);
    },
    untilFinished: () =>
      until('nothing is owed', async () =>
        (await deliveries()).every(({ state }) => state === 'done' || state === 'dead'),
      ),
    end: async () => {
      await adapter.kill();
      await Promise.all(dispatches.map((dispatch) => dispatch.drain()));
      for (const server of servers) server.close();
      await database.drop();
    },
  };
}
