import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { z } from 'zod';
import { CRM_FACTS, CrmOutcome, type CallView, type Crm, type CrmCallEvent } from '@live-calls/shared/contracts';
import type { CrmAdapter } from '@live-calls/shared/runtime';
import { createAdapterApp } from '../../shared/src/runtime/adapter/adapterApp.js';
import { createOneAtATime } from '../../shared/src/runtime/adapter/oneAtATime.js';
import { createOutbound } from '../../shared/src/runtime/adapter/outbound.js';
import { createPacer } from '../../shared/src/runtime/adapter/pacer.js';
import { internalGuard } from '../../shared/src/runtime/internalGuard.js';
import { silentLogger } from '../harness/silentLogger.js';
import { addTenant } from '../harness/tenant.js';

type EventType = CrmCallEvent['event_type'];

const Checks = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), advice: z.string().optional() })),
});

/** An adapter's real code as a server, and an enterprise of its own on a real database. */
export interface AdapterUnderTest {
  url: string;
  /** The enterprise. */
  number: string;
  /** Hands an event to it as the gateway does. */
  deliver(type: EventType, call: CallView, options?: DeliverOptions): Promise<Delivered>;
  client(phone: string): Promise<{ status: number; body: unknown }>;
  test(config?: unknown): Promise<z.infer<typeof Checks>>;
  /** Changes the enterprise's section. */
  configure(section: unknown): Promise<void>;
  /** What is written of the enterprise's requests, as text. */
  log(): Promise<string>;
  close(): Promise<void>;
}

interface DeliverOptions {
  attempt?: number;
  origin?: string;
  /** For this event, all tries included: short where nobody answers. */
  withinMs?: number;
}

interface Delivered {
  status: number;
  outcome: CrmOutcome;
}

interface Options {
  pool: pg.Pool;
  /** Where it may go beside the public internet. */
  allow: readonly string[];
  section: unknown;
  /** For an event and a lookup, all tries included. */
  withinMs?: number;
}

export async function startAdapter<C extends Crm>(
  adapter: CrmAdapter<C>,
  { pool, allow, section, withinMs = 60_000 }: Options,
): Promise<AdapterUnderTest> {
  const { crm } = adapter;
  const { number } = await addTenant(pool);
  const configure = async (value: unknown): Promise<void> => {
    await pool.query('update enterprises set integrations_config = $2 where number = $1', [
      number,
      JSON.stringify({ [CRM_FACTS[crm].section]: value }),
    ]);
  };
  await configure(section);
  const outbound = createOutbound(allow);
  const parts = {
    guard: internalGuard(undefined),
    db: pool,
    outbound,
    pacer: createPacer(() => performance.now()),
    logger: silentLogger(),
    oneAtATime: createOneAtATime(),
  };
  const servers: Server[] = [];
  const serve = async (ms: number): Promise<string> => {
    const server = createServer(createAdapterApp(adapter, { ...parts, eventMs: ms, clientMs: ms }));
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/internal/${crm}`;
  };
  const url = await serve(withinMs);

  const post = (path: string, body: object, to = url): Promise<Response> =>
    fetch(`${to}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  return {
    url,
    number,
    configure,
    deliver: async (event_type, call, { attempt = 1, origin = 'live', withinMs: ms } = {}) => {
      const event = { enterprise_number: number, event_type, attempt, origin, call };
      const response = await post('call-event', event, ms === undefined ? url : await serve(ms));
      return { status: response.status, outcome: CrmOutcome.parse(await response.json()) };
    },
    client: async (phone) => {
      const response = await fetch(`${url}/client?${new URLSearchParams({ enterprise: number, phone }).toString()}`);
      return { status: response.status, body: await response.json() };
    },
    test: async (config) => {
      const response = await post('test', { enterprise_number: number, ...(config === undefined ? {} : { config }) });
      return Checks.parse(await response.json());
    },
    log: async () => {
      const { rows } = await pool.query('select * from integration_logs where enterprise_number = $1 order by id', [
        number,
      ]);
      return JSON.stringify(rows);
    },
    close: async () => {
      await Promise.all(
        servers.map(async (server) => {
          server.close();
          server.closeAllConnections();
          await once(server, 'close');
        }),
      );
      await outbound.close();
    },
  };
}
