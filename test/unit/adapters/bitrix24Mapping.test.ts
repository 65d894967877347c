import { describe, expect, it, test } from 'vitest';
import { SECTIONS, type CallView, type Section } from '@live-calls/shared/contracts';
import { readCards } from '../../../services/bitrix24/src/cards.js';
import { creditedOf, finishOf, registerOf, registrationOf } from '../../../services/bitrix24/src/mapping.js';
import { extensionOf, userIdOf, userOf } from '../../../services/bitrix24/src/users.js';
import { missed, ringing, sampleCall } from '../../contract/sampleCall.js';

const settings = (changes: object = {}): Section<'bitrix24'> =>
  SECTIONS.bitrix24.parse({
    incoming_webhook: 'https://example.bitrix24.ru/rest/1/code/',
    user_extensions: { '31': '150', '32': '151', '33': '+375290000151', x: '152' },
    ...changes,
  });

describe('who stands for whom in the portal', () => {
  it('extensions and mobiles have users, ids that are no numbers have none', () => {
    expect(['150', '375290000151', '+375290000151', '152', ''].map((who) => userIdOf(settings(), who))).toEqual([
      31,
      33,
      33,
      undefined,
      undefined,
    ]);
    expect(['32', '99'].map((id) => extensionOf(settings(), id))).toEqual(['151', undefined]);
  });

  test.each([
    ['the first who is a user', ['199', '151', '150'], {}, { USER_ID: 32 }],
    ['the default user for somebody who is none', ['199'], { default_user_id: 7 }, { USER_ID: 7 }],
    ['the default user for nobody', [], { default_user_id: '7' }, { USER_ID: 7 }],
    ['the extension, which the portal may know itself', ['+375290000009', '199'], {}, { USER_PHONE_INNER: '199' }],
    ['nobody for a mobile that nobody knows', ['+375290000009'], {}, undefined],
  ])('%s', (_name, extensions, changes, user) => {
    expect(userOf(settings(changes), extensions)).toEqual(user);
  });
});

describe('a registration', () => {
  it('is in the name of a user who rings, through the line of the call', () => {
    const call = ringing(sampleCall(), ['199', '151', '150']);
    expect(registrationOf(settings(), call)).toEqual({ extension: '151', line: '0001363' });
  });

  it('of a call that is answered is in the name of who talks, not of who rang', () => {
    const call = sampleCall({ state: 'talk', ringing: ['150', '151'], rang: ['150', '151'], extension: '151' });
    expect(registrationOf(settings(), call).extension).toBe('151');
  });

  it('of a call that nobody took is in the name of somebody who rang; of nobody when nobody did', () => {
    expect(registrationOf(settings(), missed({ rang: ['199', '150'] })).extension).toBe('150');
    expect(registrationOf(settings(), missed({ rang: ['199'] })).extension).toBe('199');
    expect(registrationOf(settings(), missed({ rang: [] })).extension).toBe('');
  });

  it('has the call’s own id, its time with the offset, and no line when none is known', () => {
    const call = sampleCall({ direction: 'outgoing', started_at: '2025-09-30T11:15:00.250+03:00' });
    const options = { user: { USER_ID: 31 }, line: '', show: true, createsLead: true, externalCallId: 'x' };
    expect(registerOf(call, options)).toEqual({
      USER_ID: 31,
      PHONE_NUMBER: '+375290000001',
      TYPE: 1,
      CALL_START_DATE: '2025-09-30T11:15:00+03:00',
      CRM_CREATE: 1,
      SHOW: 1,
      EXTERNAL_CALL_ID: 'x',
    });
    const incoming = registerOf(sampleCall(), { ...options, line: '0001363', show: false, createsLead: false });
    expect(incoming).toMatchObject({ TYPE: 2, CRM_CREATE: 0, SHOW: 0, LINE_NUMBER: '0001363' });
  });
});

describe('the end of a call', () => {
  const finished = (changes: Partial<CallView>) => finishOf(sampleCall(changes), 'x', { USER_ID: 31 });

  test.each<[string, Partial<CallView>, object]>([
    ['answered', {}, { DURATION: 60, STATUS_CODE: '200' }],
    ['talk of parts of a second', { talk_seconds: 12.6 }, { DURATION: 13, STATUS_CODE: '200' }],
    ['answered, nobody knows for how long', { talk_seconds: null }, { DURATION: 0, STATUS_CODE: '200' }],
    [
      'transferred',
      { talked: ['150', '151', '+375290000009'] },
      { STATUS_CODE: '200', FAILED_REASON: 'Разговаривали: 150 → 151 → +375290000009' },
    ],
    [
      'missed: ringing is no talk',
      { answered: false, talk_seconds: 17, rang: ['150', '151'], talked: [] },
      { DURATION: 0, STATUS_CODE: '304', FAILED_REASON: 'Не ответили: 150, 151' },
    ],
    ['missed before it rang', { answered: false, rang: [], talked: [] }, { DURATION: 0, STATUS_CODE: '304' }],
    ['not reached', { direction: 'outgoing', answered: false, talked: [] }, { DURATION: 0, STATUS_CODE: '603-S' }],
  ])('%s', (_name, changes, expected) => {
    const { CALL_ID: callId, USER_ID: userId, ...rest } = finished(changes);
    expect([callId, userId]).toEqual(['x', 31]);
    expect(rest).toEqual({ DURATION: 60, ...expected });
  });

  it('is credited to who talked last, or to those who rang and did not answer; never to whoever rang beside a talk', () => {
    expect(creditedOf(sampleCall({ talked: ['150', '151'], extension: '151' }))).toEqual(['151']);
    expect(creditedOf(sampleCall({ talked: ['150', '+375290000009'], extension: '' }))).toEqual(['+375290000009']);
    expect(creditedOf(missed({ rang: ['150'], extension: '150' }))).toEqual(['150']);
    expect(creditedOf(missed())).toEqual(['150', '151']);
    expect(creditedOf(sampleCall({ rang: ['150', '151'], talked: [], extension: '' }))).toEqual([]);
  });
});

describe('the cards that are open', () => {
  it('are read from the steps that were done', () => {
    expect(readCards([31], [])).toEqual({ open: [31], changes: 0 });
    const done = ['over', 'register', 'show:0:32,33', 'hide:1:31,33', 'talk:1', 'show:2:31'];
    expect(readCards([31], done)).toEqual({ open: [32, 31], changes: 3 });
  });
});
