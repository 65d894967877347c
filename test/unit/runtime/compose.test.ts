import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, settings } from '@live-calls/shared/runtime';
import { runnable } from '../../harness/placesOfServices.js';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const source = read('docker-compose.yml');

const Health = z.strictObject({
  test: z.union([z.string(), z.array(z.string())]),
  interval: z.string(),
  timeout: z.string(),
  retries: z.number(),
  start_period: z.string(),
});
/** What is used of the Compose specification: a misspelt word is none of these. */
const Service = z.strictObject({
  image: z.string(),
  command: z.string().optional(),
  working_dir: z.string().optional(),
  init: z.boolean().optional(),
  restart: z.literal('unless-stopped'),
  stop_signal: z.string().optional(),
  stop_grace_period: z.string().regex(/^\d+s$/),
  network_mode: z.literal('host').optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).default({}),
  healthcheck: Health,
});
const File = z.strictObject({
  'x-service': z.unknown(),
  'x-health': z.unknown(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

/** Fills `${NAME:-default}` in as compose does, from the environment or `.env`. */
function composed(variables: Readonly<Record<string, string>> = {}): z.infer<typeof File> {
  const filled = source.replace(
    /\$\{(\w+):-([^}]*)\}/g,
    (_all, name: string, usual: string) => variables[name] ?? usual,
  );
  return File.parse(parse(filled, { merge: true }));
}

const { services, volumes } = composed();
const { postgres, ...ours } = services;
const own = Object.entries(ours);
const mountsOf = ({ volumes: mounts }: z.infer<typeof Service>) =>
  mounts.map((mount) => {
    const [from = '', to = '', mode = 'rw'] = mount.split(':');
    return { from, to, mode };
  });
const portVariable = (name: string): string => `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
const defaults: Record<string, unknown> = readConfig(z.object(settings), {
  DATABASE_URL: 'postgres://db.example.com/live_calls',
});
const { apps } = createRequire(import.meta.url)('../../../ecosystem.config.js') as {
  apps: { name: string; script: string; kill_timeout: number }[];
};

describe('docker-compose.yml', () => {
  it('runs PostgreSQL 16 and every service, by the program that pm2 runs', () => {
    expect(postgres?.image).toBe('postgres:16');
    expect(Object.keys(ours).sort()).toEqual(runnable(ROOT));
    for (const [name, { command, working_dir }] of own) {
      const { script = '' } = apps.find((app) => app.name === name) ?? {};
      const path = command?.replace(/^node /, '') ?? '';
      expect(new URL(path, ROOT).pathname, name).toBe(script);
      const workspace = `services/${name}`;
      expect(path).toBe(`${workspace}/dist/main.js`);
      const { compilerOptions } = JSON.parse(read(`${workspace}/tsconfig.json`)) as { compilerOptions: object };
      expect(compilerOptions).toMatchObject({ rootDir: 'src', outDir: 'dist' });
      expect(read('tsconfig.json'), 'is built').toContain(`"path": "${workspace}"`);
      expect(existsSync(new URL(`${workspace}/src/main.ts`, ROOT)), name).toBe(true);
      expect(mountsOf(services[name] ?? never(name))).toContainEqual({ from: '.', to: working_dir, mode: 'ro' });
    }
  });

  it('runs them on the Node.js that the product is for', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const major = /^>=(\d+)\./.exec(engines.node)?.[1] ?? 'none';
    for (const [name, { image }] of own) expect(image, name).toBe(`node:${major}`);
  });

  it('starts what is needed first, and waits until it is healthy', () => {
    for (const [name, { depends_on }] of own) expect(Object.keys(depends_on), name).toEqual(['postgres']);
  });

  it('fills in variables that exist, with the defaults that the services have', () => {
    const filled = [...source.matchAll(/\$\{(\w+):-([^}]*)\}/g)];
    expect(filled.length).toBe(source.split('${').length - 1);
    for (const [, name = '', value] of filled) {
      // The password of the container's database is compose's own.
      if (name !== 'POSTGRES_PASSWORD') expect(String(defaults[name]), name).toBe(value);
    }
  });

  it('sets variables that the services know, to values that they accept', () => {
    for (const [name, { environment }] of own) {
      expect(Object.keys(settings), name).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(readConfig(z.object(settings), environment), name).toMatchObject(environment);
    }
  });

  it('leads the services to its own database, wherever that listens and whatever its password is', () => {
    const chosen = { POSTGRES_PORT: '5999', POSTGRES_PASSWORD: 'of-a-test' };
    for (const variables of [{}, chosen]) {
      const { postgres: database = never('postgres'), core = never('core') } = composed(variables).services;
      const { username, password, hostname, port, pathname } = new URL(core.environment['DATABASE_URL'] ?? '');
      expect(database.ports).toEqual([`${hostname}:${port}:5432`]);
      expect(hostname, 'nobody else reaches it').toBe('127.0.0.1');
      expect(database.environment).toEqual({
        POSTGRES_USER: username,
        POSTGRES_PASSWORD: password,
        POSTGRES_DB: pathname.slice(1),
      });
      expect(database.healthcheck.test).toEqual(['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', username]);
    }
    expect(composed(chosen).services['core']?.environment['DATABASE_URL']).toContain(':of-a-test@127.0.0.1:5999/');
  });

  it('keeps data and logs in volumes that are declared, and nothing else', () => {
    const mounted = Object.values(services).flatMap(mountsOf);
    for (const { from } of mounted) if (from !== '.') expect(Object.keys(volumes)).toContain(from);
    for (const volume of Object.keys(volumes)) expect(mounted.map(({ from }) => from)).toContain(volume);
    expect(mountsOf(postgres ?? never('postgres'))).toEqual([
      { from: 'postgres', to: '/var/lib/postgresql/data', mode: 'rw' },
    ]);
    for (const [name, service] of own) {
      const writable = mountsOf(service).filter(({ mode }) => mode === 'rw');
      for (const variable of ['LOG_DIR', 'EMULATOR_DATA_DIR']) {
        const directory = posix.normalize(service.environment[variable] ?? '');
        expect(
          writable.map(({ to }) => to),
          `${name} ${variable}`,
        ).toContain(directory);
      }
    }
  });

  it('opens no port but that of the database: services listen where they are told, on the host', () => {
    for (const [name, { ports, network_mode }] of own)
      expect({ ports, network_mode }, name).toEqual({ ports: [], network_mode: 'host' });
  });

  it('asks every service for its health at its port', () => {
    for (const [name, variable] of Object.keys(ours).map((each) => [each, portVariable(each)] as const)) {
      const asked = (variables = {}) => composed(variables).services[name]?.healthcheck.test;
      const health = (port: unknown): string => `curl --fail --silent http://127.0.0.1:${String(port)}/health`;
      expect(asked(), name).toBe(health(defaults[variable]));
      expect(asked({ [variable]: '5998' }), name).toBe(health(5998));
    }
  });

  it('gives services the time to drain that pm2 gives', () => {
    for (const [name, { stop_grace_period }] of Object.entries(services)) {
      const { kill_timeout = 0 } = apps.find((app) => app.name === name) ?? {};
      expect(Number.parseInt(stop_grace_period) * 1_000, name).toBeGreaterThanOrEqual(kill_timeout);
    }
  });
});

function never(what: string): never {
  throw new Error(`${what} is missing in docker-compose.yml`);
}
