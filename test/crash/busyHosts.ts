import { CRMS, type Crm } from '@live-calls/shared/contracts';
import { liveFixtures } from '../fixtures/fixtures.js';
import { copyOf, mixed, type Played } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import type { Suite } from '../harness/suite.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';

/** A host that has one call after the other, and the CRM of its company. */
export interface BusyHost extends Played {
  name: string;
  tenant: TestTenant;
  crms: Crm[];
}

interface Load {
  hosts: number;
  /** How long each goes on. ms of the sequences' time */
  durationMs: number;
  /** In [0, 1). */
  next: () => number;
}

/** Each call of a client of its own: where a CRM knows no id, the phone tells calls apart. */
const SEQUENCES = liveFixtures.filter(({ expected_calls: calls = [] }) =>
  calls.every(({ direction, party }) => direction === 'internal' || party === '+375290000001'),
);

/** Between two calls of a host: what tells of the first is over before the second begins. ms */
const PAUSE_MS = 5_000;
const CALLS_PER_HOST = 200;

/** Adds companies whose hosts are busy; with several CRMs they have one each, by turns. */
export async function busyHosts(suite: Suite, { hosts, durationMs, next }: Load): Promise<BusyHost[]> {
  const crms = CRMS.filter((crm) => suite.crms.includes(crm));
  return Promise.all(
    Array.from({ length: hosts }, async (_, index) => {
      const { events, expected } = callsInTurn(index * CALLS_PER_HOST, durationMs, next);
      const own = crms.slice(index % crms.length).slice(0, 1);
      const tenant = await addTenant(suite.pool, suite.integrations(own));
      return { name: `host ${index}`, tenant, events: ofTenant(tenant, events), expected, crms: own };
    }),
  );
}

function callsInTurn(first: number, durationMs: number, next: () => number): Played {
  const calls: Played[] = [];
  for (let begin = next() * 30_000; begin < durationMs && calls.length < CALLS_PER_HOST;) {
    const fixture = SEQUENCES[Math.floor(next() * SEQUENCES.length)];
    if (!fixture) throw new Error('no fixtures');
    const serial = first + calls.length;
    const call = copyOf(fixture, serial, begin, clientOf(serial));
    calls.push(call);
    begin = Math.max(...call.events.map((event) => event.offset_ms)) + PAUSE_MS;
  }
  return mixed(calls);
}
