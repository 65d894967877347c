import { setTimeout as pause } from 'node:timers/promises';
import { CRMS } from '@live-calls/shared/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { random } from '../fixtures/mix.js';
import { collect } from '../harness/evidence.js';
import { post } from '../harness/host.js';
import { untilSettled } from '../harness/outcome.js';
import { reconcile } from '../harness/reconcile.js';
import { createSuite, type PartName, type Suite } from '../harness/suite.js';
import { busyHosts } from './busyHosts.js';
import { allowedMs, goesOn } from './goesOn.js';
import type { CrashRow } from './row.js';

/** Milliseconds of real time per millisecond of the sequences. */
const PACE = 0.1;

/** They bring some 4 events a second each. */
const HOSTS = 12;
const SECONDS = 180;

const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 100_000);

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite(CRMS);
});
afterAll(() => suite.end());

interface Death {
  victim: PartName;
  /** Unix milliseconds. */
  at: number;
  /** How long a fresh call took from then on, in ms. */
  freshMs: number;
}

it(`whoever is killed under load at random moments (CRASH_SEED=${SEED})`, async ({ annotate, task }) => {
  const next = random(SEED);
  const victims: readonly PartName[] = ['core', 'core', 'integration-cache', 'database', ...CRMS];
  const busy = await busyHosts(suite, { hosts: HOSTS, durationMs: (SECONDS * 1_000) / PACE, next });
  const usualMs = await goesOn(suite);
  let hostsLeft = HOSTS;
  const posting = busy.map(async ({ events }) => {
    const ids = await post(events, { core: () => suite.host, pace: PACE });
    hostsLeft -= 1;
    return ids;
  });

  const deaths: Death[] = [];
  const discrepancies: string[] = [];
  while (hostsLeft > 0) {
    await pause(next() * 3_000);
    const victim = victims[Math.floor(next() * victims.length)] ?? 'core';
    await suite.part(victim).kill();
    const [at, since] = [Date.now(), performance.now()];
    await suite.part(victim).start();
    const freshMs = await goesOn(suite, since).catch((error: unknown) => {
      discrepancies.push(String(error));
      return performance.now() - since;
    });
    deaths.push({ victim, at, freshMs });
    if (freshMs > (await allowedMs(suite, usualMs, freshMs)))
      discrepancies.push(`death ${deaths.length}, of ${victim}: a fresh call took ${Math.round(freshMs)} ms`);
  }
  const acknowledged = await Promise.all(posting);
  const over = performance.now();
  const tenants = busy.map(({ tenant }) => tenant);
  await untilSettled(suite.pool, tenants).catch((error: unknown) => discrepancies.push(String(error)));
  const settledMs = performance.now() - over;

  const ofCore = deaths.flatMap(({ victim, at }) => (victim === 'core' ? [at] : []));
  let [calls, twice, reported] = [0, 0, 0];
  for (const [index, host] of busy.entries()) {
    const expected = { calls: host.expected, messages: host.expected.length };
    const evidence = await collect(suite, { ...host, expected, acknowledged: acknowledged[index] ?? [] });
    const found = reconcile(evidence, ofCore);
    calls += host.expected.length;
    twice += found.inWindow;
    reported += found.reported;
    discrepancies.push(...found.discrepancies);
  }
  const events = acknowledged.reduce((sum, ids) => sum + ids.length, 0);
  const all = `after all of them: ${events} events, ${calls} calls`;
  task.meta.crash = [
    ...rowsOf(deaths),
    { victim: 'whole', step: all, deaths: 0, discrepancies: discrepancies.length, twice, reported, settledMs },
  ];
  await annotate(`a fresh call took ${Math.round(usualMs)} ms before the first death`);
  expect(discrepancies).toEqual([]);
}, 600_000);

/** One a victim. */
function rowsOf(deaths: readonly Death[]): CrashRow[] {
  return [...new Set(deaths.map(({ victim }) => victim))].map((victim) => {
    const own = deaths.filter((death) => death.victim === victim);
    const goesOnMs = Math.max(...own.map(({ freshMs }) => freshMs));
    return { victim, step: 'at random moments under load', deaths: own.length, goesOnMs };
  });
}
