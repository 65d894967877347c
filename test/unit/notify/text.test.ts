import { describe, expect, it } from 'vitest';
import type { Call } from '../../../services/core/src/calls/call.js';
import type { CallToShow, ClientHistory } from '../../../services/core/src/notify/callToShow.js';
import { withoutMarkup } from '../../../services/core/src/notify/text/html.js';
import { displayPhone } from '../../../services/core/src/notify/text/phone.js';
import { textOf } from '../../../services/core/src/notify/text/textOf.js';
import { duration } from '../../../services/core/src/notify/text/time.js';
import { answered, missed, sampleShown, sampleTenant } from './sample.js';

const C = '+375 (29) 000-00-01';
const P = 'Петров П. П. (150)';
const I = 'Иванов И. (151)';
const LINE = '📡 Отдел продаж';
const outgoing: Partial<Call> = { direction: 'outgoing', ringing: ['150'], rang: ['150'] };
const internal: Partial<Call> = { direction: 'internal', party: '150', line: '', ringing: ['151'], rang: ['151'] };
const history: ClientHistory = {
  callsIn: 2,
  lastAt: new Date('2025-09-30T08:15:00Z'),
  lastAnswered: false,
  lastExtension: '150',
};

const cases: [string, Partial<Call>, Partial<CallToShow>, string][] = [
  ['a start', { state: 'start', ringing: [], rang: [] }, {}, `📞 Звонок от ${C} → Отдел продаж\n⏰ 14:25`],
  ['a start without a line', { state: 'start', line: '', ringing: [], rang: [] }, {}, `📞 Звонок от ${C}\n⏰ 14:25`],
  [
    'a start on a line without a name',
    { state: 'start', line: '0001364', ringing: [], rang: [] },
    {},
    `📞 Звонок от ${C} → 0001364\n⏰ 14:25`,
  ],
  [
    'a start at a known extension',
    { state: 'start', ringing: ['150'], rang: ['150'] },
    {},
    `📞 Звонок от ${C} → ${P}\n⏰ 14:25`,
  ],
  [
    'a start of nobody known',
    { state: 'start', party: '', ringing: [], rang: [] },
    {},
    `📞 Звонок от Номер не определен → Отдел продаж\n⏰ 14:25`,
  ],
  ['a named client', {}, { clientName: 'Иванов Иван' }, `📞 Дозвон от ${C} (Иванов Иван) → ${P}, ${I}\n${LINE}`],
  ['an incoming dial', {}, {}, `📞 Дозвон от ${C} → ${P}, ${I}\n${LINE}`],
  ['a dial to nobody known', { ringing: [], rang: [] }, {}, `📞 Дозвон от ${C}\n${LINE}`],
  [
    'a dial with history',
    {},
    { history },
    `📞 Дозвон от ${C} → ${P}, ${I}\n${LINE}\n🔁 звонил 2 раза, последний раз 30.09.2025 11:15 ❌ ${P}`,
  ],
  [
    'a dial with a history of nobody',
    {},
    { history: { ...history, callsIn: 11, lastAnswered: true, lastExtension: '' } },
    `📞 Дозвон от ${C} → ${P}, ${I}\n${LINE}\n🔁 звонил 11 раз, последний раз 30.09.2025 11:15 ✅`,
  ],
  [
    'a client who only was called',
    {},
    { history: { ...history, callsIn: 0 } },
    `📞 Дозвон от ${C} → ${P}, ${I}\n${LINE}`,
  ],
  [
    'a mobile that rings',
    { ringing: ['150', '+375290000009'] },
    {},
    `📞 Дозвон от ${C} → ${P}, +375 (29) 000-00-09\n${LINE}`,
  ],
  [
    'a manager stored as a placeholder',
    { ringing: ['152', '153', '999'] },
    {},
    `📞 Дозвон от ${C} → 152, Анна (153), 999\n${LINE}`,
  ],
  [
    'HTML in names',
    { ringing: ['154'] },
    { clientName: 'ООО "A&B" <unknown>' },
    `📞 Дозвон от ${C} (ООО &quot;A&amp;B&quot; &lt;unknown&gt;) → R&amp;D &lt;b&gt; &quot;. (154)\n${LINE}`,
  ],
  [
    'six that ring',
    { ringing: ['150', '151', '155', '156', '157', '158'] },
    {},
    `📞 Дозвон от ${C} →\n<blockquote expandable>${P}\n${I}\n155\n156\n157\n158</blockquote>\n${LINE}`,
  ],
  ['an outgoing dial', outgoing, { history }, `📞 Дозвон от ${P} → ${C}\n${LINE}`],
  ['an outgoing dial of nobody known', { ...outgoing, ringing: [], rang: [] }, {}, `📞 Дозвон: ${C}\n${LINE}`],
  [
    'a talk',
    { state: 'talk', answered: true, partner: '150', talked: ['150'] },
    {},
    `🔗 Разговор: ${C} ↔ ${P}\n${LINE}`,
  ],
  [
    'an outgoing talk',
    { ...outgoing, state: 'talk', answered: true, partner: '150', talked: ['150'] },
    {},
    `🔗 Разговор: ${P} ↔ ${C}\n${LINE}`,
  ],
  [
    'a talk with nobody known',
    { state: 'talk', answered: true, ringing: [], rang: [] },
    {},
    `🔗 Разговор: ${C}\n${LINE}`,
  ],
  [
    'a talk after transfers',
    { state: 'talk', answered: true, partner: '155', talked: ['150', '151', '155'] },
    {},
    `🔗 Разговор: ${C} ↔ 155\n${LINE}\n🔀 ${P} → ${I} → 155`,
  ],
  [
    'a talk on a mobile',
    { state: 'talk', answered: true, partner: '+375290000009', talked: ['+375290000009'] },
    {},
    `🔗 Разговор: ${C} ↔ +375 (29) 000-00-09\n${LINE}\n📱 принят на мобильный +375 (29) 000-00-09`,
  ],
  ['an answered call', answered, {}, `✅ Завершен: ${C} ↔ ${P}, 00:30\n${LINE}\n⌛ ожидание 00:12`],
  [
    'an answered call with a recording',
    answered,
    { recordUrl: 'https://rec.example/a?b=1&c="2"' },
    `✅ Завершен: ${C} ↔ ${P}, 00:30\n${LINE}\n⌛ ожидание 00:12\n🔉 <a href="https://rec.example/a?b=1&amp;c=&quot;2&quot;">Запись разговора</a>`,
  ],
  [
    'an answered call without history',
    answered,
    { history },
    `✅ Завершен: ${C} ↔ ${P}, 00:30\n${LINE}\n⌛ ожидание 00:12`,
  ],
  [
    'an answered call whose talk nobody measured',
    { ...answered, talkSeconds: null, durationSeconds: 3725, waitSeconds: 0 },
    {},
    `✅ Завершен: ${C} ↔ ${P}, 1:02:05\n${LINE}`,
  ],
  [
    'an answered call of the only one who rang',
    { ...answered, partner: '', talked: [], rang: ['151'], waitSeconds: 0 },
    {},
    `✅ Завершен: ${C} ↔ ${I}, 00:30\n${LINE}`,
  ],
  [
    'an answered call of nobody known',
    { ...answered, partner: '', talked: [], line: '', waitSeconds: 0 },
    {},
    `✅ Завершен: ${C}, 00:30`,
  ],
  [
    'an answered outgoing call',
    { ...answered, ...outgoing, ringing: [], waitSeconds: 0 },
    {},
    `✅ Завершен: ${P} ↔ ${C}, 00:30\n${LINE}`,
  ],
  [
    'a missed call',
    missed,
    { recordUrl: 'https://rec.example/a' },
    `❌ Не отвечен: ${C} → ${P}, ${I}\n${LINE}\n⌛ ожидание 00:12`,
  ],
  ['a missed call that rang nowhere', { ...missed, rang: [], line: '' }, {}, `❌ Не отвечен: ${C}\n⌛ ожидание 00:12`],
  [
    'an outgoing call not answered',
    { ...missed, ...outgoing, ringing: [], waitSeconds: 0 },
    {},
    `❌ Не отвечен: ${P} → ${C}\n${LINE}`,
  ],
  [
    'a recovered answered call',
    { ...answered, dataSource: 'recovery' },
    {},
    `✅🔄 Завершен: ${C} ↔ ${P}, 00:30\n${LINE}\n⌛ ожидание 00:12`,
  ],
  [
    'a recovered missed call',
    { ...missed, dataSource: 'recovery' },
    {},
    `❌🔄 Не отвечен: ${C} → ${P}, ${I}\n${LINE}\n⌛ ожидание 00:12`,
  ],
  ['an internal ring', internal, {}, `🛎️ Внутренний звонок\n${P} → ${I}`],
  [
    'an internal talk',
    { ...internal, state: 'talk', answered: true, partner: '151', talked: ['151'] },
    {},
    `🔗 Разговор (внутр.): ${P} ↔ ${I}`,
  ],
  [
    'an answered internal call',
    { ...answered, ...internal, partner: '151', talked: ['151'] },
    {},
    `✅ Завершен (внутр.): ${P} ↔ ${I}, 00:30`,
  ],
  ['an internal call not answered', { ...missed, ...internal, ringing: [] }, {}, `❌ Не отвечен (внутр.): ${P} → ${I}`],
  [
    'an internal call to nobody known',
    { ...missed, ...internal, party: '152', ringing: [], rang: [] },
    {},
    '❌ Не отвечен (внутр.): 152',
  ],
];

describe('the text of a message', () => {
  it.each(cases)('%s', (_name, call, changed, text) => {
    expect(textOf(sampleShown(call, changed), sampleTenant())?.text).toBe(text);
  });

  it('is none for a call that was taken back', () => {
    expect(textOf(sampleShown(answered, { retracted: true }), sampleTenant())).toBeNull();
  });

  it('shows times in the zone of the tenant', () => {
    const shown = sampleShown({ state: 'start', ringing: [], rang: [] }, { history });
    const text = textOf(shown, sampleTenant({ timezone: 'Asia/Almaty' }))?.text;
    expect(text).toContain('⏰ 16:25');
    expect(text).toContain('30.09.2025 13:15');
  });

  it('keeps a line break in a name from making a line of its own', () => {
    const text = textOf(sampleShown({}, { clientName: 'Иванов\n✅ Завершен' }), sampleTenant())?.text;
    expect(text?.split('\n')[0]).toBe(`📞 Дозвон от ${C} (Иванов ✅ Завершен) → ${P}, ${I}`);
  });

  it('keeps a line break in what a host calls a line from making a line of its own', () => {
    const text = textOf(sampleShown({ line: `x\n✅ Завершен${'x'.repeat(300)}` }), sampleTenant())?.text ?? '';
    expect(text.split('\n')).toHaveLength(2);
    expect(text.split('\n')[1]).toMatch(/^📡 x ✅ Завершенx{80,}…$/);
  });

  it('stays below the limit of Telegram with any number of long names, and keeps its tags whole', () => {
    const ringing = Array.from({ length: 500 }, (_, i) => String(1000 + i));
    const managers = new Map(
      ringing.map((extension) => [
        extension,
        { extension, lastName: '<&😀'.repeat(100), firstName: 'Иван', middleName: '' },
      ]),
    );
    const shown = sampleShown({ ringing }, { clientName: '&'.repeat(9000) });
    const text = textOf(shown, sampleTenant({ managers }))?.text ?? '';
    expect(withoutMarkup(text).length).toBeLessThanOrEqual(4096);
    expect(withoutMarkup(text).length).toBeGreaterThan(2000);
    expect(text.match(/<blockquote expandable>/g)).toHaveLength(1);
    expect(text.match(/<\/blockquote>/g)).toHaveLength(1);
    // It does not take half a surrogate pair.
    expect(() => encodeURIComponent(text)).not.toThrow();
    expect(text.replace(/<\/?blockquote( expandable)?>|&(amp|lt);/g, '')).not.toMatch(/[<&]/);
  });
});

describe('the sound of a message', () => {
  it.each<[string, Partial<Call>, boolean]>([
    ['a client who rings', { state: 'start' }, false],
    ['a client who rings at managers', {}, false],
    ['a talk', { state: 'talk', answered: true }, true],
    ['an answered call', answered, true],
    ['a missed call', missed, false],
    ['an outgoing dial', outgoing, true],
    ['an outgoing call not answered', { ...missed, direction: 'outgoing' }, true],
    ['an internal ring', internal, true],
    ['an internal call not answered', { ...missed, ...internal }, true],
  ])('%s', (_name, call, silent) => {
    expect(textOf(sampleShown(call), sampleTenant())?.silent).toBe(silent);
  });
});

describe('a phone on display', () => {
  it.each([
    ['+375290000001', '+375 (29) 000-00-01'],
    ['+79990000001', '+7 (999) 000-00-01'],
    ['+380670000001', '+380 (67) 000-00-01'],
    ['+12025550100', '+1 (202) 555-0100'],
    ['+48220000001', '+48 22 000 00 01'],
    ['150', '150'],
    ['', 'Номер не определен'],
    ['<unknown>', 'Номер не определен'],
    ['0001363', 'Номер не определен'],
    ['+3', '+3'],
  ])('%s → %s', (phone, shown) => {
    expect(displayPhone(phone)).toBe(shown);
  });
});

it.each([
  [0, '00:00'],
  [59.9, '00:59'],
  [61, '01:01'],
  [3599, '59:59'],
  [3600, '1:00:00'],
  [36_061, '10:01:01'],
])('%d seconds are %s', (seconds, shown) => {
  expect(duration(seconds)).toBe(shown);
});
