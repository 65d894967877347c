import { expect, it } from 'vitest';
import type { ExpectedCall } from '../fixtures/fixtures.js';
import type { HistoryEntry } from '../harness/outcome.js';
import { reconcile, type ChatEvidence, type Evidence } from '../harness/reconcile.js';

const CALL: ExpectedCall = {
  direction: 'incoming',
  party: '+375290001001',
  answered: true,
  talked: ['150'],
  rang: ['150'],
};
const AT = Date.UTC(2025, 9, 1, 9);

const sent = (messageId: number, at = AT): HistoryEntry => ({
  at: new Date(at).toISOString(),
  message_id: messageId,
  method: 'sendMessage',
  ok: true,
});
const message = (messageId: number, text = '✅ 1') => ({ message_id: messageId, text, silent: false, edited: false });

const CHAT: ChatEvidence = {
  chat: 11,
  recorded: [{ live: null, final: 2, kind: 'final' }],
  messages: [message(2)],
  history: [sent(1), { ...sent(1), method: 'deleteMessage' }, sent(2)],
};

const IN_ORDER: Evidence = {
  name: 'a call',
  expected: { calls: [CALL], messages: 1 },
  acknowledged: [1, 2],
  posted: 2,
  stored: [
    { id: 1, processed: true, error: null },
    { id: 2, processed: true, error: null },
    { id: 3, processed: true, error: null },
  ],
  calls: [{ ...CALL, externalId: '1.1' }],
  counted: 1,
  chats: [CHAT],
  undone: [],
  crms: {
    retailcrm: [{ externalId: '1.1', phone: '375290001001' }],
    uon: [{ externalId: null, phone: '375290001001' }],
  },
};

const chatWith = (changes: Partial<ChatEvidence>): Partial<Evidence> => ({ chats: [{ ...CHAT, ...changes }] });
const TWICE = { messages: [message(2), message(3)], history: [...CHAT.history, sent(3)] };

it('nothing is said of a call that was stored, shown and told once', () => {
  expect(reconcile(IN_ORDER)).toEqual({ discrepancies: [], reported: 0, inWindow: 0 });
});

it.each<[string, Partial<Evidence>, string[]]>([
  ['an event that nobody acknowledged', { acknowledged: [1] }, ['2 events were posted, 1 acknowledged']],
  ['an event that is lost', { acknowledged: [1, 9] }, ['event 9 was acknowledged and is lost']],
  [
    'events that were not processed or set aside',
    {
      stored: [
        { id: 1, processed: false, error: null },
        { id: 2, processed: true, error: 'bad' },
      ],
    },
    ['event 1 is not processed', 'event 2 was set aside: bad'],
  ],
  [
    'a call that is not there',
    { calls: [], crms: {} },
    ['a call is missing: {"direction":"incoming","party":"+375290001001"'],
  ],
  ['a call that is there twice', { calls: [...IN_ORDER.calls, ...IN_ORDER.calls], crms: {} }, ['a call is too many: ']],
  ['a call that is counted twice', { counted: 2 }, ['2 calls are counted, 1 there were']],
  [
    'a message left in talk',
    chatWith({ recorded: [...CHAT.recorded, { live: 3, final: null, kind: 'live' }] }),
    ['chat 11: 1 messages still show the call going on'],
  ],
  [
    'a chat that shows nothing',
    chatWith({ messages: [] }),
    ['chat 11: 0 messages instead of 1', 'chat 11: it shows  instead of ✅'],
  ],
  [
    'a chat that shows another end',
    chatWith({ messages: [message(2, '❌ 1')] }),
    ['chat 11: it shows ❌ instead of ✅'],
  ],
  [
    'a message that stands twice without a death',
    chatWith(TWICE),
    ['chat 11: message 3 stands there although no death explains it: ✅ 1'],
  ],
  [
    'what is still owed',
    { undone: [{ target: 'uon', state: 'dead', error: 'no', externalId: '1.1' }] },
    ['a delivery to uon is dead: no'],
  ],
  [
    'a call that a CRM has not got',
    { crms: { retailcrm: [] } },
    ['retailcrm has not got the call of +375290001001 (1.1)'],
  ],
  [
    'a call that a CRM has got twice',
    { crms: { uon: [...(IN_ORDER.crms['uon'] ?? []), ...(IN_ORDER.crms['uon'] ?? [])] } },
    ['uon has got the call of +375290001001 (1.1) 2 times'],
  ],
  [
    'a call in a CRM that is none',
    { crms: { retailcrm: [...(IN_ORDER.crms['retailcrm'] ?? []), { externalId: '9.9', phone: '375290001001' }] } },
    ['retailcrm has got a call that is none: 9.9'],
  ],
])('%s is told of', (_what, changes, said) => {
  const { discrepancies } = reconcile({ ...IN_ORDER, ...changes });
  expect(discrepancies).toEqual(said.map((part): unknown => expect.stringContaining(`a call: ${part}`)));
});

it('a call that may be in a CRM that does not know repetitions is reported, whether or not it is there', () => {
  const undone = [{ target: 'uon', state: 'dead', error: 'unknown: begun', externalId: '1.1' }];
  expect(reconcile({ ...IN_ORDER, undone })).toMatchObject({ discrepancies: [], reported: 1 });
  const crms = { ...IN_ORDER.crms, uon: [] };
  expect(reconcile({ ...IN_ORDER, undone, crms })).toMatchObject({ discrepancies: [], reported: 1 });
  expect(reconcile({ ...IN_ORDER, undone, crms: { retailcrm: [], uon: [] } }).discrepancies).toHaveLength(1);
});

it.each([
  ['right before a death it is the window that the Bot API leaves open', AT + 500, 1, 0],
  ['long before a death it is not', AT + 5_000, 0, 1],
  ['after a death it is not', AT - 500, 0, 1],
])('a message that stands twice was sent: %s', (_when, death, inWindow, discrepancies) => {
  const reconciled = reconcile({ ...IN_ORDER, ...chatWith(TWICE) }, [death]);
  expect(reconciled.inWindow).toBe(inWindow);
  expect(reconciled.discrepancies).toHaveLength(discrepancies);
});

it('a message that was recorded, edited and left is not excused by a death', () => {
  const history = [...TWICE.history, { ...sent(3), method: 'editMessageText' }];
  expect(reconcile({ ...IN_ORDER, ...chatWith({ ...TWICE, history }) }, [AT + 500]).inWindow).toBe(0);
});
