import type { Crm } from '@live-calls/shared/contracts';
import type { Fixture } from '../fixtures/fixtures.js';
import type { Suite } from '../harness/suite.js';
import { fixtureNamed } from './fixtureNamed.js';

/** Of a manager: it rings by FollowMe. */
const MOBILE = '375290000002';

const whole = fixtureNamed('incoming_followme_attended_mobile_declined');

/** A FollowMe of which the event got lost that names its leg in time: until later the mobile looks like a client. */
export const LEG: Fixture = {
  ...whole,
  events: whole.events.filter(({ event, body }) => !(event === 'new_callerid' && body['CallerIDNum'] === '151')),
};

/** What follows shows that it is none. */
export const LEG_RINGS = LEG.events.findIndex(({ event, body }) => event === 'dial' && body['Phone'] === MOBILE);

/** The cards of the mobile that stand on screens. Rejects as the emulator does. */
export async function cardsOfLeg({ emulator }: Pick<Suite, 'emulator'>, crm: Crm): Promise<number> {
  const response = await fetch(`${emulator}/api/sandbox/${crm}`);
  const { cards } = (await response.json()) as { cards: { phone: string }[] };
  return cards.filter(({ phone }) => phone.replace(/\D/g, '') === MOBILE).length;
}
