import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CRM_FACTS, type Crm } from '@live-calls/shared/contracts';
import type pg from 'pg';
import { demoIntegrations } from '../../shared/src/db/demoIntegrations.js';
import { createCluster } from './cluster.js';
import { freePort } from './freePort.js';
import { databasePart, servicePart, type Part } from './part.js';
import { startService } from './processes.js';
import { createTap, type Tap } from './tap.js';

/** Whoever may die. */
export type PartName = 'core' | 'integration-cache' | 'database' | Crm;

/** Who asks whom. */
export type WireName = `${'host' | Exclude<PartName, 'database'>}→${PartName | 'telegram' | 'crm'}`;

/** The whole product as processes, with a wire that can be stopped at a given word between each two of them. */
export interface Suite {
  pool: pg.Pool;
  /** Address of the emulator. */
  emulator: string;
  crms: readonly Crm[];
  /** Where hosts post. */
  host: string;
  /** `integrations_config` with these CRMs switched on: accounts in the sandboxes that nobody else has. */
  integrations(crms?: readonly Crm[]): Record<string, unknown>;
  /** @throws when there is none of this name */
  wire(name: WireName): Tap;
  /** @throws when it is not on this stage */
  part(name: PartName): Part;
  /** Asks a sandbox to misbehave. */
  fault(fault: Record<string, unknown>): Promise<void>;
  end(): Promise<void>;
}

/** A portal has one budget, and here the portals of all companies are at one address. */
const ONE_PORTAL = { requests_per_second: 50, request_burst: 200 };

export async function createSuite(crms: readonly Crm[] = ['retailcrm']): Promise<Suite> {
  const logs = await mkdtemp(join(tmpdir(), 'logs-'));
  const cluster = await createCluster();
  const emulator = await startService('emulator', { LOG_DIR: logs, DATABASE_URL: cluster.url });
  const emulatorPort = Number(new URL(emulator.url).port);
  const parts = new Map<PartName, Part>([['database', databasePart(cluster)]]);
  const wires = new Map<WireName, Tap>();
  const starting: Promise<void>[] = [];
  let accounts = 0;

  const wire = (name: WireName): Tap => found(wires, name);
  const part = (name: PartName): Part => found(parts, name);
  const lay = async (name: WireName, port: number): Promise<Tap> => {
    const tap = await createTap(port);
    wires.set(name, tap);
    return tap;
  };

  /** Has a service started that is reached by a wire and reaches the database by another one. */
  const run = async (
    name: Exclude<PartName, 'database'>,
    asker: 'host' | 'core' | 'integration-cache',
    others: Record<string, string>,
  ): Promise<void> => {
    const port = await freePort();
    const way = await lay(`${asker}→${name}`, port);
    const toDatabase = await lay(`${name}→database`, cluster.port);
    const url = new URL(cluster.url);
    url.port = String(toDatabase.port);
    const service = servicePart(name, port, { DATABASE_URL: url.href, LOG_DIR: join(logs, name), ...others });
    service.ways.push(way);
    part('database').ways.push(toDatabase);
    parts.set(name, service);
    starting.push(service.start());
  };

  for (const crm of crms) {
    const outside = await lay(`${crm}→crm`, emulatorPort);
    await run(crm, 'integration-cache', { OUTBOUND_ALLOW: `127.0.0.1:${outside.port}` });
  }
  await run(
    'integration-cache',
    'core',
    Object.fromEntries(crms.map((crm) => [`${crm.toUpperCase()}_URL`, wire(`integration-cache→${crm}`).url])),
  );
  const telegram = await lay('core→telegram', emulatorPort);
  await run('core', 'host', {
    TELEGRAM_API_ROOT: `${telegram.url}/sandbox/telegram`,
    INTEGRATION_CACHE_URL: wire('core→integration-cache').url,
  });
  await Promise.all(starting);

  return {
    pool: cluster.pool,
    emulator: emulator.url,
    crms,
    host: wire('host→core').url,
    integrations: (wanted = crms) => {
      accounts += 1;
      const sections = wanted.map((crm) => {
        const all = JSON.stringify(demoIntegrations(`${wire(`${crm}→crm`).url}/sandbox`));
        const own = JSON.parse(all.replaceAll('demo-', `demo-${accounts}-`)) as Record<string, object>;
        return [
          CRM_FACTS[crm].section,
          { ...own[CRM_FACTS[crm].section], ...(crm === 'bitrix24' && ONE_PORTAL) },
        ] as const;
      });
      const [primary] = wanted;
      return { ...Object.fromEntries(sections), ...(primary && { smart: { primary: CRM_FACTS[primary].section } }) };
    },
    wire,
    part,
    fault: async (fault) => {
      const response = await fetch(`${emulator.url}/api/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      if (response.status !== 201) throw new Error(await response.text());
    },
    end: async () => {
      const services = [...parts].filter(([name]) => name !== 'database');
      await Promise.all(services.map(([, { kill }]) => kill()));
      for (const tap of wires.values()) tap.close();
      await emulator.kill('SIGTERM');
      await cluster.end();
      await rm(logs, { recursive: true, force: true });
    },
  };
}

function found<K, V>(all: ReadonlyMap<K, V>, name: K): V {
  const one = all.get(name);
  if (one === undefined) throw new Error(`there is no ${String(name)} on this stage`);
  return one;
}
