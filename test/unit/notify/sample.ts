import { EnterpriseNumber, Token, UniqueId } from '@live-calls/shared/contracts';
import type { Call } from '../../../services/core/src/calls/call.js';
import type { CallToShow } from '../../../services/core/src/notify/callToShow.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';

/** A tenant with two named managers and a named line. */
export function sampleTenant(changed: Partial<Tenant> = {}): Tenant {
  const managers = [
    { extension: '150', lastName: 'Петров', firstName: 'Пётр', middleName: 'Петрович' },
    { extension: '151', lastName: 'Иванов', firstName: 'Иван', middleName: '' },
    { extension: '152', lastName: 'Доб.152', firstName: '', middleName: '' },
    { extension: '153', lastName: '', firstName: 'Анна', middleName: '' },
    { extension: '154', lastName: 'R&D <b>', firstName: '"Q"', middleName: '' },
  ];
  return {
    number: EnterpriseNumber.parse('0367'),
    name: 'Example',
    token: Token.parse('375290000367'),
    timezone: 'Europe/Minsk',
    country: 'BY',
    recordingsUrl: null,
    debugLog: false,
    active: true,
    crms: [],
    primaryCrm: null,
    managers: new Map(managers.map((manager) => [manager.extension, manager])),
    lines: new Map([['0001363', { id: '0001363', name: 'Отдел продаж', incomingTransform: null }]]),
    ...changed,
  };
}

/** An incoming call of a client that rings at 150 and 151. */
function sampleCall(changed: Partial<Call> = {}): Call {
  return {
    anchor: UniqueId.parse('1759230684.16'),
    direction: 'incoming',
    party: '+375290000001',
    line: '0001363',
    state: 'dial',
    ringing: ['150', '151'],
    rang: ['150', '151'],
    talked: [],
    partner: '',
    answered: false,
    startedAt: new Date('2025-10-01T11:25:10Z'),
    answeredAt: null,
    endedAt: null,
    talkSeconds: null,
    waitSeconds: 0,
    durationSeconds: 0,
    dataSource: 'live',
    wakeAt: null,
    channels: ['1759230684.16'],
    bridges: [],
    ...changed,
  };
}

export function sampleShown(call: Partial<Call> = {}, changed: Partial<CallToShow> = {}): CallToShow {
  return {
    uuid: '00000000-0000-4000-8000-000000000001',
    call: sampleCall(call),
    retracted: false,
    clientName: null,
    history: null,
    recordUrl: null,
    ...changed,
  };
}

export const answered: Partial<Call> = {
  state: 'final',
  ringing: [],
  talked: ['150'],
  partner: '150',
  answered: true,
  talkSeconds: 30,
  waitSeconds: 12,
  durationSeconds: 42,
};

export const missed: Partial<Call> = { state: 'final', ringing: [], waitSeconds: 12, durationSeconds: 12 };
