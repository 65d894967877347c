import { describe, expect, it } from 'vitest';
import { CallView } from '@live-calls/shared/contracts';
import { callFromRaw, type RawCall } from '../../../services/integration-cache/src/dispatch/callFromRaw.js';
import { readHostTime, zonedIso } from '../../../services/integration-cache/src/dispatch/hostTime.js';
import { liveFixtures, type Fixture } from '../../fixtures/fixtures.js';

const ENTERPRISE: RawCall['enterprise'] = {
  country: 'BY',
  timezone: 'Europe/Minsk',
  lines: new Map([
    ['0001363', { id: '0001363', name: 'Главный офис', operator: null, incomingTransform: null }],
    ['3880001', { id: '3880001', name: null, operator: null, incomingTransform: '+375{9}' }],
  ]),
};
const NOW = Date.UTC(2025, 8, 30, 8, 20, 0);

const read = (event_type: 'dial' | 'answer' | 'hangup', raw: Record<string, unknown>, dials: RawCall['dials'] = []) =>
  callFromRaw({ event: { event_type, uniqueId: '1759219200.16', raw }, dials, enterprise: ENTERPRISE, now: NOW });

const INCOMING = { Phone: '375290000001', CallType: 0, Trunk: '0001363' };

describe('a call that is read from what the host sent', () => {
  it('rings whom the dial names, however that is spelled', () => {
    for (const Extensions of [['150', '151'], ['150&151'], ['SIP/150', 151], '150,151']) {
      const call = read('dial', { ...INCOMING, CallType: '0', Extensions });
      expect(call).toMatchObject({
        external_id: '1759219200.16',
        direction: 'incoming',
        state: 'dial',
        phone: '+375290000001',
        line: { id: '0001363', name: 'Главный офис' },
        ringing: ['150', '151'],
        extension: '',
        answered: false,
        started_at: '2025-09-30T11:00:00+03:00',
      });
    }
  });

  it('names managers only: no line, no client, nobody who is not known', () => {
    const Extensions = ['0001363', '375290000001', '<unknown>', '', '375290000009', '150'];
    expect(read('dial', { ...INCOMING, Extensions })?.ringing).toEqual(['+375290000009', '150']);
  });

  it('is over at the time of the host, in the zone of the enterprise', () => {
    const times = {
      StartTime: '2025-09-30 11:15:00',
      DateReceived: '2025-09-30 11:15:30',
      EndTime: '2025-09-30 11:16:05',
    };
    const call = read('hangup', { ...INCOMING, ...times, CallStatus: 2, Extensions: ['150'] });
    expect(call).toMatchObject({
      state: 'final',
      answered: true,
      talked: ['150'],
      extension: '150',
      started_at: '2025-09-30T11:15:00+03:00',
      ended_at: '2025-09-30T11:16:05+03:00',
      talk_seconds: null,
      duration_seconds: 65,
    });
  });

  it('takes the time of receipt for that of a clock that was never set', () => {
    const times = { StartTime: '1970-01-01 03:00:10', EndTime: '1970-01-01 03:01:00' };
    expect(read('hangup', { ...INCOMING, ...times })?.ended_at).toBe('2025-09-30T11:20:00+03:00');
    expect(read('hangup', { ...INCOMING, StartTime: '', EndTime: 'soon' })?.ended_at).toBe('2025-09-30T11:20:00+03:00');
  });

  it('knows from its dials who rang, and stays a client call after a transfer', () => {
    const dials = [{ ...INCOMING, Extensions: ['150', '151'] }];
    const call = read(
      'hangup',
      { ...INCOMING, CallType: 2, Trunk: undefined, Extensions: [''], CallStatus: '0' },
      dials,
    );
    expect(call).toMatchObject({ direction: 'incoming', rang: ['150', '151'], talked: [], line: { id: '0001363' } });
  });

  it('credits nobody when several are named', () => {
    expect(read('hangup', { ...INCOMING, Extensions: ['150&151'], CallStatus: '2' })).toMatchObject({
      talked: [],
      extension: '',
      answered: true,
    });
  });

  it('reads the caller by the rule of the line', () => {
    expect(read('dial', { ...INCOMING, Trunk: '3880001', Phone: '80290000001' })?.phone).toBe('+375290000001');
  });

  it('is none when it is internal, a leg to a mobile, or of nobody', () => {
    expect(read('hangup', { ...INCOMING, CallType: 2 })).toBeUndefined();
    expect(read('dial', { ...INCOMING, Phone: '150', Trunk: '' })).toBeUndefined();
    expect(read('dial', { ...INCOMING, Phone: '0001363' })).toBeUndefined();
    expect(read('dial', { Phone: '+375290000009', CallType: 1, Extensions: ['375290000001'] })).toBeUndefined();
    expect(read('dial', {})).toBeUndefined();
  });

  it('of each recorded sequence is as a CRM can read it, with the client of the sequence', () => {
    // That a leg goes to a mobile may be told by its channel alone, which these events do not name.
    for (const fixture of liveFixtures.filter(({ name }) => !/followme|mobile/.test(name))) {
      for (const call of callsOf(fixture)) {
        expect(CallView.safeParse(call).error, fixture.name).toBeUndefined();
        const clients = fixture.expected_calls?.map(({ party }) => party) ?? [];
        expect(clients, fixture.name).toContain(call.phone);
      }
    }
  });
});

function callsOf({ events }: Fixture): CallView[] {
  const dialsOf = (uniqueId: string): Record<string, unknown>[] =>
    events.flatMap(({ event, body }) => (event === 'dial' && body['UniqueId'] === uniqueId ? [body] : []));
  return events.flatMap(({ event, body }) => {
    if (event !== 'dial' && event !== 'hangup') return [];
    const uniqueId = String(body['UniqueId']);
    const parts = { event: { event_type: event, uniqueId, raw: body } as const, enterprise: ENTERPRISE, now: NOW };
    const call = callFromRaw({ ...parts, dials: event === 'hangup' ? dialsOf(uniqueId) : [] });
    return call === undefined ? [] : [call];
  });
}

describe('a time', () => {
  it('is written with the offset that the zone has just then', () => {
    expect(zonedIso(Date.UTC(2025, 0, 15, 12), 'Europe/Berlin')).toBe('2025-01-15T13:00:00+01:00');
    expect(zonedIso(Date.UTC(2025, 6, 15, 12), 'Europe/Berlin')).toBe('2025-07-15T14:00:00+02:00');
    expect(zonedIso(Date.UTC(2025, 0, 15, 12), 'America/St_Johns')).toBe('2025-01-15T08:30:00-03:30');
    expect(zonedIso(0, 'UTC')).toBe('1970-01-01T00:00:00+00:00');
  });

  it('of a host is read by its zone, on both sides of a change of clocks', () => {
    for (const [written, utc] of [
      ['2025-03-30 01:59:59', Date.UTC(2025, 2, 30, 0, 59, 59)],
      ['2025-03-30 03:00:00', Date.UTC(2025, 2, 30, 1, 0, 0)],
      ['2025-10-26 04:00:00', Date.UTC(2025, 9, 26, 3, 0, 0)],
    ] as const) {
      expect(readHostTime(written, 'Europe/Berlin', Date.UTC(2026, 0, 1))).toBe(utc);
    }
  });
});
