import { liveFixtures, type Fixture } from '../fixtures/fixtures.js';

/** Those that change what a chat shows. */
const KINDS = ['start', 'dial', 'bridge', 'hangup'];

/** An incoming call that is answered, by its four events that change what a chat shows. */
export function answeredCall(): Fixture {
  const fixture = liveFixtures.find(({ name }) => name === 'real_incoming_answered');
  if (!fixture) throw new Error('the sequence is missing');
  return { ...fixture, events: fixture.events.filter(({ event }) => KINDS.includes(event)) };
}
