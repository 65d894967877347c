import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilCaughtUp } from '../harness/outcome.js';
import { until } from '../harness/until.js';
import type { Victim } from './endpoints.js';
import { SERVICES, startFleet, type Fleet, type ServiceName } from './fleet.js';
import { createHonestHosts } from './honestHosts.js';
import { hostileRequest, stalledRequests, type HostileRequest } from './hostileRequest.js';
import { wrongIn } from './judge.js';
import { memoryOf } from './memoryOf.js';
import { messageProblem } from './messageProblem.js';
import { rawRequest } from './rawRequest.js';
import { summary } from './summary.js';
import { createTally } from './tally.js';
import { addVictim } from './victim.js';

/** 300 take some seconds; `npm run test:fuzz` sends 100,000. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 300);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_251_001);
const IS_LONG = REQUESTS >= 5_000;
const BATCH = 50;
/**
 * One enterprise would collect thousands of events, mostly of one call, and everybody would wait for the core to fold these
 * again and again, which tells nothing of the requests. To each as many requests as make some hundreds of events.
 */
const TO_EACH_VICTIM = 2_000;
const CLIENTS = 32;
const MOST_SHOWN = 20;
const LIMIT_MS = 600_000 + REQUESTS * 15;

const victims = Array.from({ length: Math.ceil(REQUESTS / TO_EACH_VICTIM) }, (_, index): Victim => {
  const number = String(9_000 + index);
  return { number, token: `37529000${number}` };
});

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
  for (const victim of victims) {
    await addVictim(fleet.database.pool, `${fleet.of('emulator').url}/sandbox`, victim);
  }
});
afterAll(() => fleet.end());

const tally = createTally();
const wrong: string[] = [];

/** Each batch can be made again by its seed. */
function* hostileRequests(): Generator<HostileRequest> {
  for (const [index, victim] of victims.entries()) {
    const request = hostileRequest(victim);
    const end = Math.min(REQUESTS, (index + 1) * TO_EACH_VICTIM);
    for (let made = index * TO_EACH_VICTIM; made < end; made += BATCH) {
      yield* fc.sample(request, { seed: SEED + made, numRuns: Math.min(BATCH, end - made) });
    }
  }
}

async function send(request: HostileRequest): Promise<void> {
  const { service } = request.endpoint;
  const said = await rawRequest(Number(new URL(fleet.of(service).url).port), request);
  const problem = wrongIn(request, said);
  tally.count(request, said, problem !== undefined);
  if (problem === undefined) return;
  const sent = Buffer.concat(request.parts).toString('latin1').slice(0, 2_000);
  wrong.push(`${service}: ${problem}\n${sent}\n=> ${said.text.slice(-500)}`);
}

async function attack(): Promise<void> {
  const requests = hostileRequests();
  const client = async (): Promise<void> => {
    for (const request of requests) {
      if (wrong.length >= MOST_SHOWN) return;
      await send(request);
    }
  };
  // Each of these takes until a server gives it up, so they lie beside the others from the begin.
  const stalled = IS_LONG ? victims.slice(0, 1).flatMap(stalledRequests).map(send) : [];
  await Promise.all([...Array.from({ length: CLIENTS }, client), ...stalled]);
}

/** What the services wrote of failures of their own; that a CRM said no is none. */
async function errorsOf({ files }: Fleet): Promise<string[]> {
  const lines = [...(await files())].flatMap(([path, text]) => (path.endsWith('.log') ? text.split('\n') : []));
  return lines.filter(
    (line) =>
      line.includes('[ERROR]') &&
      /(request|event|service|recovery|step) failed|unexpected|not stored|not recovered/.test(line),
  );
}

/** A check that had to wait too long on a busy machine is none that fails. */
const untilHealthy = (name: ServiceName): Promise<void> =>
  until(`${name} is well`, async () => (await fetch(`${fleet.of(name).url}/health`)).status === 200);

it(
  `${REQUESTS} hostile requests: every one is answered, none with an error of ours, and nobody else notices`,
  async ({ annotate }) => {
    const { pool } = fleet.database;
    const honest = await createHonestHosts({
      pool,
      core: fleet.of('core').url,
      telegram: fleet.telegram.url,
      hosts: IS_LONG ? 10 : 3,
      callsEach: IS_LONG ? 50 : 4,
      progress: () => (wrong.length < MOST_SHOWN ? tally.requests() / REQUESTS : 1),
      limitMs: LIMIT_MS,
    });
    const before = await memoryOf(fleet);
    const begun = performance.now();
    await Promise.all([attack(), honest.play()]);
    const seconds = (performance.now() - begun) / 1_000;
    const errors = await errorsOf(fleet);

    for (const name of SERVICES) await untilHealthy(name);
    const after = await memoryOf(fleet);
    const told = await honest.outcome();
    await untilCaughtUp(pool, 240_000);
    const { rows: events } = await pool.query<{ aside: string | null }>(
      'select process_error as aside from call_events',
    );
    const { rows: texts } = await pool.query<{ text: string }>(
      `select wanted_text as text from telegram_messages where wanted_kind <> 'none'`,
    );

    const [services = [], kinds = []] = tally.tables();
    const report = summary([
      { title: `${tally.requests()} hostile requests in ${seconds.toFixed(0)} s, seed ${SEED}`, rows: services },
      { title: 'What was wrong with them', rows: kinds },
      {
        title: 'Resident memory, MB',
        rows: [
          ['service', 'before', 'after'],
          ...SERVICES.map((name) => [name, String(before.get(name)), String(after.get(name))]),
        ],
      },
      {
        title: `Meanwhile ${told.hosts} hosts that behave`,
        rows: [
          ['of', 'must be', 'are'],
          ['events posted again', 'any', String(told.again)],
          ['events acknowledged', String(told.posted), String(told.acknowledged)],
          ['of them stored', String(told.posted), String(told.stored)],
          ['finished calls', String(told.calls.expected), String(told.calls.found)],
          ['final messages', String(told.messages.expected), String(told.messages.shown)],
          ['discrepancies', '0', String(told.discrepancies.length)],
        ],
      },
      {
        title: 'In the database at the end',
        rows: [
          ['events, hostile ones too', 'set aside', 'messages', 'that Telegram would not show'],
          [
            String(events.length),
            String(events.filter(({ aside }) => aside !== null).length),
            String(texts.length),
            String(texts.filter(({ text }) => messageProblem(text) !== undefined).length),
          ],
        ],
      },
    ]);
    if (IS_LONG) process.stdout.write(`\n${report}\n`);
    await annotate(report);

    expect([...wrong, ...errors].join('\n\n'), `seed ${SEED}`).toBe('');
    expect(told.discrepancies).toEqual([]);
    expect(events.filter(({ aside }) => aside !== null)).toEqual([]);
    expect(texts.flatMap(({ text }) => messageProblem(text) ?? [])).toEqual([]);
    for (const name of SERVICES) expect(fleet.of(name).output(), name).toBe('');
    expect(await errorsOf(fleet)).toEqual([]);
  },
  LIMIT_MS,
);
