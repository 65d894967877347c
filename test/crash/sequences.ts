import { liveFixtures } from '../fixtures/fixtures.js';
import { isFull } from './form.js';

/** All the others would wait for the few that last longer. ms */
const SHORT_MS = 60_000;

/** Nothing but time tells that it is over: ten seconds of it. */
const ENDS_BY_TIME = 'outgoing_attended_transfer_accepted';

/** Every recorded sequence; in the short form every other one of those that do not take long. */
export const SEQUENCES = liveFixtures
  .filter(
    ({ name, events }) =>
      isFull() || (name !== ENDS_BY_TIME && events.every(({ offset_ms: offset }) => offset <= SHORT_MS)),
  )
  .filter((_, index) => isFull() || index % 2 === 0);
