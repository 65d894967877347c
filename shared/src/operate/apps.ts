import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { DATA_DIR } from '../runtime/embeddedDatabase.js';
import { readConfig } from '../runtime/readConfig.js';
import { ROOT } from '../runtime/root.js';
import { settings } from '../runtime/settings.js';

/** The name that the embedded PostgreSQL has among the apps. */
export const POSTGRES = 'postgres';

/** Where the embedded PostgreSQL keeps its data. */
export const POSTGRES_DATA = join(DATA_DIR, 'postgres');

interface EcosystemApp {
  name: string;
  script: string;
  /** The file with what the process says outside its own log. */
  out_file: string;
}

export interface App extends EcosystemApp {
  /** What it listens on. */
  host: string;
  port: number;
}

/**
 * The apps of ecosystem.config.js, each with where it listens.
 *
 * @throws OperatorError with everything that is wrong in the configuration
 */
export function apps(): App[] {
  const config: Record<string, unknown> = readConfig(z.object(settings));
  const ecosystem = createRequire(import.meta.url)(join(ROOT, 'ecosystem.config.js')) as { apps: EcosystemApp[] };
  return ecosystem.apps.map((app) => ({
    ...app,
    host: app.name === 'core' ? String(config['CORE_HOST']) : '127.0.0.1',
    port: Number(config[portVariable(app.name)]),
  }));
}

/** By convention: core listens on CORE_PORT, integration-cache on INTEGRATION_CACHE_PORT. */
export function portVariable(appName: string): string {
  return `${appName.toUpperCase().replaceAll('-', '_')}_PORT`;
}

/** Where to reach an app from this machine. */
export function urlOf({ host, port }: Pick<App, 'host' | 'port'>): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${String(port)}`;
}
