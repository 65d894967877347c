import { describe, expect, it } from 'vitest';
import type { Tracked } from '../../../services/core/src/calls/tracked.js';
import { eventsOwed } from '../../../services/core/src/dispatch/eventsOwed.js';
import { missed } from '../notify/sample.js';
import { talk, trackedCall } from './tracked.js';

/** In short: `dial 150,151`, `answer 150`, `hangup`. */
const owed = (before: Tracked | null, after: Tracked): string[] =>
  eventsOwed(before, after).map(({ type, distinction }) => `${type} ${distinction}`.trim());

const start = trackedCall({ state: 'start', ringing: [], rang: [] });
const dial = trackedCall();
const talking = trackedCall(talk);
const over = trackedCall(missed);

describe('of a client call', () => {
  it('nothing is owed as long as nobody rings', () => {
    expect(owed(null, start)).toEqual([]);
  });

  it('a dial is owed when somebody rings', () => {
    expect(owed(null, dial)).toEqual(['dial 150,151']);
    expect(owed(start, dial)).toEqual(['dial 150,151']);
  });

  it('a dial is owed when somebody else rings, in whatever order they are told', () => {
    expect(owed(dial, trackedCall({ ringing: ['151', '150', '151'] }))).toEqual([]);
    expect(owed(dial, trackedCall({ ringing: ['150', '151', '152'] }))).toEqual(['dial 150,151,152']);
    expect(owed(dial, trackedCall({ ringing: ['+375290000002'] }))).toEqual(['dial +375290000002']);
  });

  it('an answer is owed when somebody talks, and when somebody else does', () => {
    expect(owed(dial, talking)).toEqual(['answer 150']);
    expect(owed(talking, talking)).toEqual([]);
    expect(owed(talking, trackedCall({ ...talk, partner: '152', talked: ['150', '152'] }))).toEqual(['answer 152']);
  });

  it('an answer is owed when somebody gets the call back, and is another one than the first', () => {
    const handedOn = trackedCall({ ...talk, partner: '152', talked: ['150', '152'] });
    expect(owed(handedOn, trackedCall({ ...talk, partner: '150', talked: ['150', '152'] }))).toEqual([
      'answer 150:after:152',
    ]);
  });

  it('an answer that nobody is known of is none', () => {
    expect(owed(dial, trackedCall({ ...talk, partner: '', talked: [] }))).toEqual([]);
  });

  it('a talk that only bridges tell of is none yet', () => {
    const bridged = trackedCall({ ...talk, ringing: [], rang: [] });
    expect(owed(null, bridged)).toEqual([]);
    expect(owed(bridged, talking)).toEqual(['dial 150,151', 'answer 150']);
    expect(owed(bridged, over)).toEqual(['hangup']);
  });

  it('dial and answer come together when both are new, in this order', () => {
    expect(owed(null, talking)).toEqual(['dial 150,151', 'answer 150']);
  });

  it('whoever is dialled while they talk already sees no card', () => {
    expect(owed(talking, trackedCall({ ...talk, ringing: ['152'] }))).toEqual([]);
  });

  it('a hangup is owed when it is over, however it came to that, and nothing but it', () => {
    for (const before of [null, start, dial, talking]) expect(owed(before, over)).toEqual(['hangup']);
    expect(eventsOwed(dial, over)[0]?.delayMs).toBe(1_000);
  });

  it('a correction owes no second hangup', () => {
    expect(owed(over, trackedCall({ ...talk, state: 'final' }))).toEqual([]);
  });

  it('a hangup is owed when the phone becomes known after the end', () => {
    expect(owed({ ...over, phone: '' }, over)).toEqual(['hangup']);
  });

  it('a hangup is owed when a call that was taken back comes back', () => {
    expect(owed({ ...over, state: 'retracted' }, over)).toEqual(['hangup']);
    expect(owed({ ...dial, state: 'retracted' }, dial)).toEqual(['dial 150,151']);
  });
});

describe('of a call that was handed on and is none', () => {
  const named = { external_id: '1759230684.16' };
  const before = { ...dial, ...named };

  it('a cancel is owed when it is taken back, whether it rings, talks or is over', () => {
    for (const row of [before, { ...talking, ...named }, { ...over, ...named }])
      expect(owed(row, { ...row, state: 'retracted' })).toEqual(['cancel']);
  });

  it('a cancel is owed when it turns out to be internal', () => {
    expect(owed(before, trackedCall({ direction: 'internal', party: '150' }, named))).toEqual(['cancel']);
  });

  it('no cancel is owed when nothing was, or a second time', () => {
    expect(owed(dial, { ...dial, state: 'retracted' })).toEqual([]);
    expect(owed({ ...before, state: 'retracted' }, { ...before, state: 'retracted' })).toEqual([]);
    expect(owed(null, { ...before, state: 'retracted' })).toEqual([]);
  });
});

describe('never', () => {
  it.each([
    ['internal calls', trackedCall({ direction: 'internal', party: '150' })],
    ['clients whose phone is not known', trackedCall({ party: '' }, { phone: '' })],
    ['phones that are none', trackedCall({ party: '+12' }, { phone: '+12' })],
    ['calls that were taken back', trackedCall({}, { state: 'retracted' })],
  ])('%s', (_what, after) => {
    expect(owed(null, after)).toEqual([]);
    expect(owed(null, { ...after, state: after.state === 'retracted' ? 'retracted' : 'final' })).toEqual([]);
  });

  it('a key longer than an index takes', () => {
    const ringing = Array.from({ length: 5_000 }, (_, index) => String(1000 + index));
    expect(eventsOwed(null, trackedCall({ ringing }))[0]?.distinction.length).toBeLessThanOrEqual(1_000);
  });
});
