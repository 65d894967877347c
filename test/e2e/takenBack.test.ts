import { CRMS, type Crm } from '@live-calls/shared/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../fixtures/fixtures.js';
import { post } from '../harness/host.js';
import { createSuite, type Suite } from '../harness/suite.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';

const CLIENT = '375290000001';
/** Of a manager: it rings by FollowMe. */
const MOBILE = '375290000002';
const WITH_CARDS: readonly Crm[] = ['retailcrm', 'moysklad', 'bitrix24'];

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite(CRMS);
});
afterAll(() => suite.end());

/** A FollowMe of which the event got lost that names its leg in time: until later the mobile looks like a client. */
function events(): { before: FixtureEvent[]; after: FixtureEvent[] } {
  const fixture = liveFixtures.find(({ name }) => name === 'incoming_followme_attended_mobile_declined');
  const all = (fixture?.events ?? []).filter(
    ({ event, body }) => !(event === 'new_callerid' && body['CallerIDNum'] === '151'),
  );
  const leg = all.findIndex(({ event, body }) => event === 'dial' && body['Phone'] === MOBILE);
  return { before: all.slice(0, leg + 1), after: all.slice(leg + 1) };
}

interface View {
  calls: { phone: string; comment?: string; finished?: object; [field: string]: unknown }[];
  cards: { phone: string }[];
  violations: unknown[];
}

async function viewOf(crm: Crm): Promise<View> {
  return (await (await fetch(`${suite.emulator}/api/sandbox/${crm}`)).json()) as View;
}

const of = (phone: string) => (each: { phone: string }) => each.phone.replace(/\D/g, '') === phone;

const cardsOf = async (crm: Crm, phone: string): Promise<number> => (await viewOf(crm)).cards.filter(of(phone)).length;

it('a leg that looked like a call leaves no card, and nothing but the call itself is in the journals', async () => {
  const tenant = await addTenant(suite.pool, suite.integrations());
  const { before, after } = events();
  await post(ofTenant(tenant, before), { core: () => suite.host });
  for (const crm of WITH_CARDS) {
    await until(`${crm} shows a card`, async () => (await cardsOf(crm, MOBILE)) > 0);
  }
  await post(ofTenant(tenant, after), { core: () => suite.host });
  for (const crm of WITH_CARDS) {
    await until(`${crm} takes it back`, async () => (await cardsOf(crm, MOBILE)) === 0);
  }
  await until('the end is told everywhere', async () => {
    const { rows } = await suite.pool.query<{ told: number }>(
      `select count(*)::int as told from deliveries where state = 'done' and note is null and target <> 'dispatch'
           and payload ->> 'event_type' = 'hangup'`,
    );
    return rows[0]?.told === CRMS.length;
  });
  const views = await Promise.all(CRMS.map(async (crm) => [crm, await viewOf(crm)] as const));
  for (const [crm, { calls, cards, violations }] of views) {
    expect(violations, crm).toEqual([]);
    expect(
      cards.filter(({ phone }) => crm !== 'uon' || of(CLIENT)({ phone })),
      crm,
    ).toEqual([]);
    expect(calls.filter(of(CLIENT)), crm).toHaveLength(1);
  }
  const entries = Object.fromEntries(views.map(([crm, { calls }]) => [crm, calls.filter(of(MOBILE))]));
  expect(entries).toMatchObject({
    retailcrm: [],
    uon: [],
    // Nothing deletes it.
    moysklad: [{ duration: 0, comment: expect.stringMatching(/не отдельный звонок/) as string }],
    bitrix24: [{ phone: expect.anything() as unknown }],
  });
  expect(entries['bitrix24']?.[0]).not.toHaveProperty('finished');
});
