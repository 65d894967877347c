import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CRMS } from '@live-calls/shared/contracts';
import { createSecrets } from '@live-calls/shared/runtime';
import { createApp as createCoreApp } from '../../services/core/src/app.js';
import { EVENT_TYPES } from '../../services/core/src/ingest/eventRoute.js';
import { createApp as createEmulatorApp } from '../../services/emulator/src/app.js';
import { createTesterLog } from '../../services/emulator/src/log/testerLog.js';
import { createIntegrationCache } from '../../services/integration-cache/src/integrationCache.js';
import { createAdapterApp } from '../../shared/src/runtime/adapter/adapterApp.js';
import { createOneAtATime } from '../../shared/src/runtime/adapter/oneAtATime.js';
import { createOutbound } from '../../shared/src/runtime/adapter/outbound.js';
import { createPacer } from '../../shared/src/runtime/adapter/pacer.js';
import { loadAdapter } from '../contract/adapters.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { silentLogger } from '../harness/silentLogger.js';
import { ENDPOINTS } from './endpoints.js';
import type { ServiceName } from './fleet.js';

interface Routes {
  listRoutes(): { path: string; methods?: string[]; router?: Routes }[];
}

/** More are registered by `all` only. */
const MOST_METHODS = 9;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const routesOf = (app: { router: unknown }): string[] => listed(app.router as Routes);

function listed(routes: Routes, below = ''): string[] {
  const methodsOf = (methods: string[] = []): string[] => (methods.length > MOST_METHODS ? ['*'] : methods);
  return routes.listRoutes().flatMap(({ path, methods, router }) => {
    const here = (below + path).replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
    if (router === undefined) return methodsOf(methods).map((method) => `${method} ${here}`);
    const inside = listed(router, here);
    return inside.length > 0 ? inside : [`* ${here}/*`];
  });
}

/** Whether the table knocks at a route; a method `*` stands for any, a path that ends with `*` for whatever follows. */
function isInTable(service: ServiceName, route: string): boolean {
  const [method = '', path = ''] = route.split(' ');
  return ENDPOINTS.some(
    (each) =>
      each.service === service &&
      (method === '*' || method === 'HEAD' || each.method === method) &&
      (path.endsWith('*') ? each.route.startsWith(path) : each.route === path),
  );
}

const notInTable = (service: ServiceName, routes: readonly string[]): string[] => {
  expect(routes, service).not.toEqual([]);
  return routes.filter((route) => !isInTable(service, route));
};

it('every route of the core is in the table of what is fuzzed', async () => {
  const app = createCoreApp({
    logger: silentLogger(),
    database: () => Promise.resolve(),
    recordingOf: () => Promise.resolve(null),
  });
  expect(notInTable('core', routesOf(app))).toEqual([]);
  const events = EVENT_TYPES.map((type) => `POST /${type}`);
  expect(notInTable('core', [...events, 'POST /recovery/:enterprise'])).toEqual([]);
  // What is not Express has no list of routes: a further door has to be added here and to the table.
  const source = await readFile(new URL('../../services/core/src/core.ts', import.meta.url), 'utf8');
  const doors = [...source.matchAll(/(\w+)(?:\.handle)?\(request, response\)/g)].map((match) => match[1]);
  expect(doors.filter((door) => door !== 'watch').toSorted()).toEqual(['app', 'ingest', 'recovery']);
});

it('every route of the integration cache is in the table', async () => {
  const service = await createIntegrationCache({
    ...{ DATABASE_URL: database.url, INTERNAL_HOST: '127.0.0.1', LOG_DIR: '/dev/null', LOG_LEVEL: 'error' },
    ...{ INTEGRATION_CACHE_PORT: 8020, RETAILCRM_PORT: 8019, UON_PORT: 8022, MOYSKLAD_PORT: 8023, BITRIX24_PORT: 8024 },
  });
  const [app] = service.server.listeners('request') as unknown[] as { router: unknown }[];
  expect(app).toBeDefined();
  if (app !== undefined) expect(notInTable('integration-cache', routesOf(app))).toEqual([]);
  await service.drain?.();
  await service.close();
});

it.each(CRMS)('every route of the adapter of %s is in the table', async (crm) => {
  const app = createAdapterApp(await loadAdapter(crm), {
    guard: (_request, _response, next) => next(),
    db: database.pool,
    outbound: createOutbound([]),
    pacer: createPacer(() => 0),
    logger: silentLogger(),
    oneAtATime: createOneAtATime(),
    eventMs: 1,
    clientMs: 1,
  });
  expect(notInTable(crm, routesOf(app))).toEqual([]);
});

it('every route of the emulator is in the table', () => {
  const { app } = createEmulatorApp({
    log: silentLogger(),
    emulation: {
      db: database.pool,
      secrets: createSecrets(undefined),
      coreUrl: 'http://127.0.0.1:1',
      dataDir: '/dev/null',
      testerLog: createTesterLog('/dev/null'),
      showsInSandbox: true,
      allowProduction: false,
    },
  });
  expect(notInTable('emulator', routesOf(app))).toEqual([]);
});
