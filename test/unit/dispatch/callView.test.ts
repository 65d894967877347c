import { CallView, UniqueId } from '@live-calls/shared/contracts';
import { describe, expect, it } from 'vitest';
import { callViewOf } from '../../../services/core/src/dispatch/callView.js';
import { externalIdOf } from '../../../services/core/src/dispatch/externalId.js';
import { zonedTime } from '../../../services/core/src/dispatch/zonedTime.js';
import { answered, sampleShown, sampleTenant } from '../notify/sample.js';
import { trackedCall } from './tracked.js';

const identity = { uuid: '00000000-0000-4000-8000-000000000001', externalId: '1759230684.16', recordUrl: null };

describe('a call as CRMs get it', () => {
  it('says who, when and how long, in the zone of the enterprise', () => {
    const { call } = sampleShown({
      ...answered,
      answeredAt: new Date('2025-10-01T11:25:22.500Z'),
      endedAt: new Date('2025-10-01T11:25:52Z'),
    });
    const recordUrl = 'https://calls.example.com/recordings/00000000-0000-4000-8000-000000000001';
    const view = callViewOf(call, sampleTenant(), { ...identity, recordUrl });
    expect(view).toEqual({
      id: identity.uuid,
      external_id: '1759230684.16',
      direction: 'incoming',
      state: 'final',
      phone: '+375290000001',
      line: { id: '0001363', name: 'Отдел продаж' },
      ringing: [],
      rang: ['150', '151'],
      talked: ['150'],
      extension: '150',
      answered: true,
      started_at: '2025-10-01T14:25:10+03:00',
      answered_at: '2025-10-01T14:25:22+03:00',
      ended_at: '2025-10-01T14:25:52+03:00',
      zone: 'Europe/Minsk',
      talk_seconds: 30,
      wait_seconds: 12,
      duration_seconds: 42,
      record_url: recordUrl,
    });
    expect(CallView.parse(view)).toEqual(view);
  });

  it('credits nobody when several rang and nobody talked, and the only one who rang', () => {
    const tenant = sampleTenant();
    expect(callViewOf(sampleShown().call, tenant, identity)).toMatchObject({ extension: '', talk_seconds: null });
    expect(callViewOf(sampleShown({ rang: ['151'] }).call, tenant, identity).extension).toBe('151');
  });

  it('has a line without a name', () => {
    expect(callViewOf(sampleShown({ line: '' }).call, sampleTenant(), identity).line).toEqual({ id: '', name: null });
  });
});

it.each([
  ['Europe/Minsk', '2025-10-01T14:25:10+03:00'],
  ['UTC', '2025-10-01T11:25:10+00:00'],
  ['Asia/Kolkata', '2025-10-01T16:55:10+05:30'],
  ['America/St_Johns', '2025-10-01T08:55:10-02:30'],
])('a time in %s is %s', (zone, text) => {
  const at = new Date('2025-10-01T11:25:10.999Z');
  expect(zonedTime(at, zone)).toBe(text);
  expect(Math.floor(at.getTime() / 1000)).toBe(Date.parse(text) / 1000);
});

it('a call is known by its UniqueId, on a host with the clock of 1970 with the second in which it began', () => {
  expect(externalIdOf(trackedCall())).toBe('1759230684.16');
  expect(externalIdOf(trackedCall({ anchor: UniqueId.parse('35.1') }))).toBe('35.1-1759317910');
});
