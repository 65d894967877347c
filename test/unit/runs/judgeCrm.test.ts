import { expect, it } from 'vitest';
import type { CallRow, CrmView } from '../../../services/emulator/src/runs/run.js';
import { judgeCrm } from '../../../services/emulator/src/runs/verdict/judgeCrm.js';

const CLIENT = '+375290000001';
const BEGAN = '2025-09-30T08:15:00.000Z';
const call: CallRow = {
  enterprise: '0367',
  uuid: '00000000-0000-4000-8000-000000000001',
  unique_id: '1759220100.1',
  direction: 'incoming',
  party: CLIENT,
  answered: true,
  talked: ['151', '152'],
  rang: ['150', '151'],
  date_received: BEGAN,
  date_end: BEGAN,
  talk_seconds: 40,
};
const report: CrmView['reports'][number] = {
  at: BEGAN,
  phone: CLIENT,
  direction: 'incoming',
  extension: '152',
  answered: true,
  startedAt: BEGAN,
  talkSeconds: 40,
  recordings: 0,
};
const card = (extension: string) => ({ at: BEGAN, phone: CLIENT, extension });
const view = (changes: Partial<CrmView> = {}): Record<string, CrmView> => ({
  retailcrm: { requests: [{}], violations: [], reports: [report], shown: [card('150')], cards: [], ...changes },
});
const parts = { enabled: ['retailcrm'], calls: [call], allMustSee: false };
const saidOf = (changes: Partial<CrmView>, more: Partial<typeof parts> = {}): string[] =>
  judgeCrm(view(changes), { ...parts, ...more });

it('a call that is once in the CRM, as it was, is fine', () => {
  expect(saidOf({})).toEqual([]);
});

it.each<[string, Partial<CrmView>, string]>([
  ['is not there', { reports: [] }, 'нет звонка +375290000001 (1759220100.1)'],
  ['is there twice', { reports: [report, report] }, 'записан 2 раза'],
  ['is hours off', { reports: [{ ...report, startedAt: '2025-09-30T11:15:00.000Z' }] }, 'лишний звонок'],
  ['goes the other way', { reports: [{ ...report, direction: 'outgoing' }] }, 'направление outgoing'],
  ['is said to be missed', { reports: [{ ...report, answered: false }] }, 'записан как пропущенный'],
  ['counts the ringing as talk', { reports: [{ ...report, talkSeconds: 55 }] }, 'разговор 55 с, а был 40 с'],
  [
    'is credited to who handed it on',
    { reports: [{ ...report, extension: '151' }] },
    'записан на 151, а должен быть на 152',
  ],
  ['is credited to nobody', { reports: [{ ...report, extension: null }] }, 'ни на кого не записан'],
  ['left its card open', { cards: [card('150')] }, 'остались карточки: 1'],
  ['breaks a rule of the CRM', { violations: [{ message: 'Нет ключа.' }] }, 'CRM retailcrm: Нет ключа.'],
])('a call that %s is told', (_what, changes, sentence) => {
  expect(saidOf(changes).join('\n')).toContain(sentence);
});

it('a missed call is credited to nobody or to somebody who rang', () => {
  const calls = [{ ...call, answered: false, talked: [], talk_seconds: null }];
  const missed = { ...report, answered: false, talkSeconds: 0 };
  expect(saidOf({ reports: [{ ...missed, extension: null }] }, { calls })).toEqual([]);
  expect(saidOf({ reports: [{ ...missed, extension: '150' }] }, { calls })).toEqual([]);
  expect(saidOf({ reports: [{ ...missed, extension: '152' }] }, { calls }).join()).toContain('150 или 151');
});

it('a card is for those whom the call concerns, and all of them when there was time', () => {
  const calls = [{ ...call, talked: ['150'], rang: ['150', '151'] }];
  const reports = [{ ...report, extension: '150' }];
  expect(saidOf({ reports, shown: [card('152')] }, { calls }).join()).toContain('тем, кому не звонили: 152');
  expect(saidOf({ reports }, { calls, allMustSee: true }).join()).toContain('не увидели: 151');
});

it('internal calls and callers without a number are nobody’s clients', () => {
  const calls: CallRow[] = [
    { ...call, direction: 'internal', party: '150' },
    { ...call, party: '' },
  ];
  expect(saidOf({ reports: [], shown: [] }, { calls })).toEqual([]);
});

it('a CRM that is switched off gets nothing', () => {
  expect(saidOf({}, { enabled: [] })).toEqual([
    'CRM retailcrm: не включена в integrations_config, но получила запросов: 1.',
  ]);
});
