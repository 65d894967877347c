import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveFixtures } from '../fixtures/fixtures.js';
import { copyOf } from '../fixtures/mix.js';
import { post } from '../harness/host.js';
import { callsOf, lostOf, untilSettled } from '../harness/outcome.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { comparable } from '../unit/calls/folded.js';
import { SERVICES, startFleet, type Fleet } from './fleet.js';
import { hostileRequest, type HostileRequest } from './hostileRequest.js';
import { wrongIn } from './judge.js';
import { rawRequest } from './rawRequest.js';
import { refusedTexts } from './refusedTexts.js';
import { addVictim } from './victim.js';

/** 600 take a dozen seconds; `npm run test:fuzz` sends 100,000. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 600);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_251_001);
const BATCH = 50;
const CLIENTS = 32;
const MOST_SHOWN = 20;
const LIMIT_MS = 60_000 + REQUESTS * 15;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
  await addVictim(fleet.database.pool, `${fleet.of('emulator').url}/sandbox`);
});
afterAll(() => fleet.end());

/** Each batch can be made again by its seed. */
function* hostileRequests(): Generator<HostileRequest> {
  for (let made = 0; made < REQUESTS; made += BATCH) {
    yield* fc.sample(hostileRequest, { seed: SEED + made, numRuns: Math.min(BATCH, REQUESTS - made) });
  }
}

/** @returns the answers that should not have been */
async function wrongAnswers(): Promise<string[]> {
  const wrong: string[] = [];
  const requests = hostileRequests();
  const client = async (): Promise<void> => {
    for (const request of requests) {
      if (wrong.length >= MOST_SHOWN) return;
      const { service } = request.endpoint;
      const said = await rawRequest(Number(new URL(fleet.of(service).url).port), request);
      const problem = wrongIn(request, said);
      if (problem === undefined) continue;
      const sent = Buffer.concat(request.parts).toString('latin1').slice(0, 2_000);
      wrong.push(`${service}: ${problem}\n${sent}\n=> ${said.text.slice(-500)}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return wrong;
}

/** What the services wrote of failures of their own; that a CRM said no is none. */
async function errorsOf({ files }: Fleet): Promise<string[]> {
  const lines = [...(await files())].flatMap(([path, text]) => (path.endsWith('.log') ? text.split('\n') : []));
  return lines.filter(
    (line) =>
      line.includes('[ERROR]') && /(request|event|service|recovery|step) failed|unexpected|not stored/.test(line),
  );
}

it(
  `${REQUESTS} hostile requests: every one is answered, none with an error of ours, and nobody else notices`,
  async ({ annotate }) => {
    const { pool } = fleet.database;
    const honest = await addTenant(pool);
    const over = new AbortController();
    const host = (async () => {
      const played = [];
      const ids: number[] = [];
      for (let serial = 1; !over.signal.aborted || serial <= 20; serial += 1) {
        const fixture = liveFixtures[(serial * 7) % liveFixtures.length];
        if (fixture === undefined) break;
        const copy = copyOf(fixture, serial, serial * 600_000, String(1_000_000 + serial));
        ids.push(...(await post(ofTenant(honest, copy.events), { core: () => fleet.of('core').url })));
        played.push(...copy.expected);
        if (serial >= 300) break;
      }
      return { ids, played };
    })();

    const wrong = await wrongAnswers();
    over.abort();
    const { ids } = await host;
    await annotate(`seed ${SEED}, ${ids.length} honest events meanwhile`);
    expect(wrong.join('\n\n'), `seed ${SEED}`).toBe('');

    for (const name of SERVICES) expect((await fetch(`${fleet.of(name).url}/health`)).status, name).toBe(200);
    for (const name of SERVICES) expect(fleet.of(name).output(), name).toBe('');
    expect(await errorsOf(fleet)).toEqual([]);
    expect(await lostOf(pool, honest, ids)).toEqual([]);
    await untilSettled(pool, [honest]);
    expect(comparable(await callsOf(pool, honest)).length).toBeGreaterThan(0);
    expect(await refusedTexts(fleet.of('emulator').url)).toEqual([]);
    const { rows } = await pool.query('select process_error from call_events where process_error is not null');
    expect(rows, 'every stored event can be read').toEqual([]);
  },
  LIMIT_MS,
);
