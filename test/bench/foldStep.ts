import { EnterpriseNumber, Token } from '@live-calls/shared/contracts';
import { appendEvents } from '@live-calls/shared/db';
import { steps } from '../../services/core/src/calls/steps.js';
import type { Tenant } from '../../services/core/src/tenants/tenant.js';
import { liveFixtures, type FixtureEvent } from '../fixtures/fixtures.js';
import { copyOf } from '../fixtures/mix.js';
import { addTenant } from '../harness/tenant.js';
import type { Product } from './product.js';
import { quantiles } from './quantiles.js';

const STEPS = 100;

/** Time of a step that takes in one event, in a tenant with so many open calls. */
export async function foldStep({ pool }: Pick<Product, 'pool'>, openCalls: number): Promise<string[]> {
  const { number, token } = await addTenant(pool);
  const tenant: Tenant = {
    number: EnterpriseNumber.parse(number),
    name: number,
    token: Token.parse(token),
    timezone: 'Europe/Minsk',
    country: 'BY',
    recordingsUrl: null,
    debugLog: false,
    active: true,
    crms: [],
    primaryCrm: null,
    managers: new Map(),
    lines: new Map(),
  };
  const store = (events: FixtureEvent[]): Promise<unknown> =>
    appendEvents(
      pool,
      events.map(({ event, body }) => ({
        enterpriseNumber: tenant.number,
        uniqueId: String(body['UniqueId']),
        bridgeId: typeof body['BridgeUniqueid'] === 'string' ? body['BridgeUniqueid'] : '',
        eventType: event,
        at: new Date(),
        body: JSON.stringify(body),
      })),
      { timeoutMs: 30_000 },
    );
  const fold = () => steps({ pool, publicUrl: undefined, now: () => new Date() }, [{ tenant, limit: 500 }]);

  const calls = Array.from({ length: openCalls }, (_, index) => talkingCall(index + 1));
  await store(calls.flat());
  for (;;) {
    const [result] = await fold();
    if (result?.kind === 'done' && !result.more) break;
  }
  const times: number[] = [];
  for (let i = 0; i < STEPS; i += 1) {
    await store(calls[i % calls.length]?.slice(-1) ?? []);
    const begun = performance.now();
    await fold();
    times.push(performance.now() - begun);
  }
  return [String(openCalls), ...quantiles(times)];
}

/** A call up to the talk. */
function talkingCall(serial: number): FixtureEvent[] {
  const fixture = liveFixtures.find(({ name }) => name === 'real_incoming_answered');
  if (!fixture) throw new Error('the sequence is missing');
  const { events } = copyOf(fixture, serial, 0, `1${String(100_000 + serial)}`, `${100 + serial}`);
  return events.slice(
    0,
    events.findIndex(({ event }) => event === 'bridge_leave'),
  );
}
