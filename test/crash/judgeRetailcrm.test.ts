import { expect, it } from 'vitest';
import { judgeRetailcrm, type SeenRequest } from './judgeRetailcrm.js';

const PHONE = '+375290001001';

const event = (type: string): SeenRequest => ({
  endpoint: 'telephony/call/event',
  body: { event: { type, phone: PHONE } },
  status: 200,
  answer: { success: true },
});
const upload = (stored: number, changes: object = {}): SeenRequest => ({
  endpoint: 'telephony/calls/upload',
  body: { calls: [{ phone: PHONE, externalId: '1.1', ...changes }] },
  status: 200,
  answer: { success: true, processedCallsCount: stored },
});
const unanswered: Partial<SeenRequest> = { status: null, answer: null, fault: 'accept_timeout' };

it('nothing is said of a call in order, whatever had to be repeated', () => {
  const refused = { ...event('in'), status: 500 };
  const requests = [refused, event('in'), event('hangup'), { ...upload(1), ...unanswered }, upload(0), refused];
  expect(judgeRetailcrm(requests)).toEqual([]);
});

it.each([
  ['a call that is written down twice', [upload(1), upload(1)], ['1.1: it was written down 2 times']],
  ['a card after the end', [event('hangup'), event('in')], [`${PHONE}: a card after the end`]],
  [
    'a card after the journal, which only RetailCRM knows of',
    [{ ...upload(1), ...unanswered }, event('in')],
    [`${PHONE}: a card after the end`],
  ],
  [
    'an upload that is repeated in other words',
    [upload(1), upload(0, { duration: 3 })],
    [expect.stringMatching(/^1\.1: repetitions differ: .*"duration":3/) as string],
  ],
])('%s is told of', (_what, requests, said) => {
  expect(judgeRetailcrm(requests)).toEqual(said);
});
