import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CRMS } from '@live-calls/shared/contracts';
import { deliveries } from '../../../shared/src/operate/deliveries/deliveries.js';
import { replay } from '../../../shared/src/operate/replay/replay.js';
import { ENDPOINTS } from '../../fuzz/endpoints.js';
import { SERVICES, startFleet, type Fleet } from '../../fuzz/fleet.js';
import { runAdmin } from '../admin/runAdmin.js';
import { knock, pathOf, wordsOf, type Said } from './knock.js';
import { listening } from './listening.js';
import { everySecret, plantedSecrets, spellingsOf } from './plantedSecrets.js';
import { everyRow, plant, plantedTenants, playCalls } from './plantedTenants.js';

const secrets = plantedSecrets();
const { secretsKey, statusToken, internalToken, bad, guesses } = secrets;
const tenants = plantedTenants(secrets);
const VARIABLES = {
  ...{ SECRETS_KEY: secretsKey, STATUS_TOKEN: statusToken, INTERNAL_TOKEN: internalToken },
  LOG_LEVEL: 'debug',
};

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(VARIABLES);
});
afterAll(() => fleet.end());

const portOf = (name: (typeof SERVICES)[number]): number => Number(new URL(fleet.of(name).url).port);

/** Each service has these of its own. */
const OF_EACH = /^\/(health|ready|metrics)$/;
const PROXIED = { 'x-forwarded-for': '203.0.113.7' };
const FROM_OUTSIDE = [
  PROXIED,
  { host: 'calls.example.com' },
  { host: '127.0.0.1.evil.example', 'x-forwarded-host': 'localhost' },
  { host: 'localhost', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' },
];
const NOTHING = '{"detail":"not found"}';

it('every process listens on its one port of this machine, and nowhere else', async () => {
  for (const name of SERVICES) expect(await listening(fleet.of(name).pid), name).toEqual([`7F000001:${portOf(name)}`]);
  const { rows } = await fleet.database.pool.query('show listen_addresses');
  expect(rows, 'the embedded PostgreSQL').toEqual([{ listen_addresses: '127.0.0.1' }]);
});

describe('the core’s port', () => {
  it('leads to no other service, whoever asks and however it is spelt', async () => {
    for (const endpoint of ENDPOINTS.filter(({ service, route }) => service !== 'core' && !OF_EACH.test(route))) {
      const path = pathOf(endpoint);
      for (const spelt of [path, `/${path}`, fleet.of(endpoint.service).url + path]) {
        const { status } = await knock({ port: portOf('core'), path: spelt, ...wordsOf(endpoint) });
        expect(status, `${endpoint.method} ${spelt}`).toBe(404);
      }
    }
  });

  it('tells nobody from outside without the token what goes on inside', async () => {
    const inside = ENDPOINTS.filter(({ service, route }) => service === 'core' && /ready|metrics|api/.test(route));
    expect(inside.length).toBeGreaterThan(5);
    for (const path of inside.map(pathOf)) {
      const ask = (headers: object): Promise<Said> => knock({ port: portOf('core'), path, headers: { ...headers } });
      for (const headers of FROM_OUTSIDE) {
        for (const given of [{}, { authorization: 'Bearer ' }, { 'x-internal-token': internalToken }]) {
          const { status, text } = await ask({ ...headers, ...given });
          expect(status, path).toBe(404);
          expect(text, path).toContain(NOTHING);
        }
      }
      expect((await ask({ ...PROXIED, authorization: `Bearer ${statusToken}` })).text, path).not.toContain(NOTHING);
    }
  });
});

it('the other services answer nobody for whom they are not, but for their health', async () => {
  for (const endpoint of ENDPOINTS.filter(({ service, route }) => service !== 'core' && route !== '/health')) {
    const { headers, ...words } = wordsOf(endpoint);
    const request = { port: portOf(endpoint.service), path: pathOf(endpoint), ...words };
    for (const more of [
      { host: 'calls.example.com' },
      { host: 'evil.example', 'x-internal-token': guesses.internal },
    ]) {
      const { status } = await knock({ ...request, headers: { ...headers, ...more } });
      expect(status, `${endpoint.service} ${endpoint.method} ${request.path}`).toBe(403);
    }
  }
});

/** Where what gives access has to be all the same. */
const STORED: readonly { secret: RegExp; where: RegExp; reason: string }[] = [
  {
    secret: /^token of the host/,
    where: /^(enterprises|call_events\w*|crm_events)$/,
    reason: 'a host is known by it: it is in the body of each event, which is stored as it was said',
  },
  {
    secret: /^token of the host/,
    where: /^(app|\d{4})\.log$/,
    reason: 'operators look for a host by what it sends; outside INGEST_ALLOW it opens nothing',
  },
];

describe('secrets', () => {
  /** What was said and written, by where. */
  const seen = new Map<string, string>();
  const hear = (where: string, { text }: { text: string }): void =>
    void seen.set(where, (seen.get(where) ?? '') + text);

  it('planted everywhere are found nowhere but where they have to be', async () => {
    await plant(fleet, secretsKey, tenants);
    await playCalls(fleet, tenants);
    await guessTokens();
    await knockEverywhere();
    await runCommands();
    for (const [path, text] of await fleet.files()) hear(basename(path), { text });
    for (const name of SERVICES) hear(`output of ${name}`, { text: fleet.of(name).output() });
    for (const [table, text] of await everyRow(fleet)) hear(table, { text });

    const hosts = tenants.map(({ number, token }) => [`token of the host of ${number}`, token] as const);
    const ofDatabase = ['password of the database', new URL(fleet.database.url).password] as const;
    const places = [...everySecret(secrets), ...hosts, ofDatabase].flatMap(([name, secret]) =>
      [...seen].flatMap(([where, text]) =>
        spellingsOf(secret).some((spelling) => text.includes(spelling)) ? [{ name, where }] : [],
      ),
    );
    const mayBe = ({ name, where }: { name: string; where: string }): boolean =>
      STORED.some((each) => each.secret.test(name) && each.where.test(where));
    expect(places.filter((place) => !mayBe(place))).toEqual([]);
    // What has to be there is found, so the search finds something; and there was something to search.
    expect(places).toContainEqual({ name: 'token of the host of 0998', where: 'call_events' });
    for (const crm of CRMS) expect(seen.get('integration_logs')).toContain(`"${crm}"`);
    expect(seen.get('integration_logs')).toContain('***');
    expect(seen.size).toBeGreaterThan(100);
  });

  async function guessTokens(): Promise<void> {
    const port = portOf('core');
    const signIn = (token: string): Promise<Said> => {
      const headers = { ...PROXIED, 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams({ token }).toString();
      return knock({ port, method: 'POST', path: '/status/login', headers, body });
    };
    hear('wrong sign-in', await signIn(guesses.status));
    hear('sign-in', await signIn(statusToken));
    const headers = { ...PROXIED, authorization: `Bearer ${encodeURIComponent(guesses.status)}` };
    hear('status', await knock({ port, path: `/status?token=${guesses.recovery}`, headers }));
    for (const { number } of tenants) {
      const request = { port, method: 'POST', path: `/recovery/${number}`, headers: { token: guesses.recovery } };
      hear('wrong recovery', await knock(request));
    }
  }

  /** At every door, with what cannot be read where something is posted. */
  async function knockEverywhere(): Promise<void> {
    for (const endpoint of ENDPOINTS) {
      const { service, route, method, params } = endpoint;
      if (route.endsWith('/stream') || route.includes('/sandbox/')) continue;
      const headers = { ...endpoint.headers, 'x-internal-token': internalToken };
      for (const { number } of tenants) {
        const path = pathOf({ ...endpoint, params: { ...params, ent: number, enterprise: number } });
        for (const body of method === 'GET' ? [''] : ['{"broken":', '{"ids":"x"}'])
          hear(`${service} ${method} ${route}`, await knock({ port: portOf(service), method, path, headers, body }));
      }
    }
  }

  async function runCommands(): Promise<void> {
    const ports = SERVICES.map((name) => [`${name.toUpperCase().replaceAll('-', '_')}_PORT`, String(portOf(name))]);
    const variables = {
      ...(Object.fromEntries(ports) as Record<string, string>),
      ...{ ...VARIABLES, DATABASE_URL: fleet.database.url },
      TELEGRAM_API_ROOT: `${fleet.of('emulator').url}/sandbox/telegram`,
    };
    const admin = async (line: string, ...more: string[]): Promise<void> => {
      const { output } = await runAdmin([...line.split(' '), ...more], variables, { typed: bad.retailcrm });
      expect(output, line).not.toMatch(/Не понимаю/);
      hear(`admin ${line}`, { text: output });
    };
    for (const line of ['enterprise list', 'enterprise list --json', 'doctor']) await admin(line);
    for (const { number } of tenants) {
      for (const line of ['integration show', 'integration test', 'subscriber list'])
        await admin(line, '--enterprise', number);
      await admin('integration set', '--enterprise', number, '--crm', 'retailcrm', 'api_key=-');
    }
    const { pool } = fleet.database;
    const print = (text: string): void => hear('commands', { text });
    for (const state of ['dead', 'pending'] as const)
      await deliveries(pool, { kind: 'list', filter: { state }, limit: 100 }, print);
    for (const { number: enterprise } of tenants) {
      const which = { kind: 'period' as const, enterprise, from: '2000-01-01', to: undefined };
      const command = { which, target: undefined, again: false, dryRun: true };
      await replay(command, { pool, patienceMs: 1_000, print });
    }
  }
});
