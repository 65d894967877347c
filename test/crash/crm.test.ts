import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyOf } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import { collect } from '../harness/evidence.js';
import { post } from '../harness/host.js';
import { reconcile } from '../harness/reconcile.js';
import { createSuite, type Suite } from '../harness/suite.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { isFull } from './form.js';
import { judgeRetailcrm, type SeenRequest } from './judgeRetailcrm.js';
import { passTime, passTimeUntilSettled } from './passTime.js';
import { SEQUENCES } from './sequences.js';

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.end());

const DOWN_MINUTES = 10;

const EVENT = 'telephony/call/event';
const UPLOAD = 'telephony/calls/upload';

const FAULTS = [
  { mode: '429', count: 4 },
  { mode: '500', count: 4, method: EVENT },
  { mode: 'html', count: 3, method: UPLOAD },
  { mode: '500', count: 4, method: UPLOAD },
  { mode: 'accept_timeout', count: 2, method: EVENT },
  { mode: 'accept_timeout', count: 3, method: UPLOAD },
  { mode: 'timeout', count: 1, method: UPLOAD },
  { mode: '503', count: 2 },
];

const VICTIMS = ['integration-cache', 'retailcrm'] as const;

it('every call reaches RetailCRM once, whatever it does and whoever is killed', async () => {
  const { pool } = suite;
  const hosts = await Promise.all(
    SEQUENCES.map(async (fixture, index) => {
      const { events, expected: calls } = copyOf(fixture, index, 0, clientOf(index));
      const tenant = await addTenant(pool, suite.integrations());
      return { tenant, name: fixture.name, events, expected: { calls, messages: fixture.expected_final_messages } };
    }),
  );
  const acknowledged = Promise.all(
    hosts.map(({ tenant, events }) => post(ofTenant(tenant, events), { core: () => suite.host, pace: 0.1 })),
  );
  if (isFull()) await dieInTurn();
  for (const fault of FAULTS) await suite.fault({ target: 'retailcrm', ...fault });
  await dieInTurn();
  const ids = await acknowledged;

  suite.wire('retailcrm→crm').refuse();
  for (let minute = 0; minute < DOWN_MINUTES; minute += 1) await passTime(pool, 60_000);
  await suite.wire('retailcrm→crm').accept();
  await passTimeUntilSettled(
    pool,
    hosts.map(({ tenant }) => tenant),
  );

  const discrepancies = await Promise.all(
    hosts.map(async (host, index) => {
      const evidence = await collect(suite, { ...host, acknowledged: ids[index] ?? [], crms: ['retailcrm'] });
      return reconcile(evidence).discrepancies;
    }),
  );
  expect(discrepancies.flat()).toEqual([]);
  const response = await fetch(`${suite.emulator}/api/sandbox/retailcrm`);
  const saw = (await response.json()) as { requests: SeenRequest[]; violations: unknown[]; cards: unknown[] };
  expect(judgeRetailcrm(saw.requests)).toEqual([]);
  expect(saw.violations).toEqual([]);
  expect(saw.cards).toEqual([]);
});

async function dieInTurn(): Promise<void> {
  for (const victim of VICTIMS) {
    await suite.part(victim).kill();
    await suite.part(victim).start();
  }
}
