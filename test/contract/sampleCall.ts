import type { CallView } from '@live-calls/shared/contracts';
import { PHONE } from './fixture.js';

let made = 0;

/** An incoming call that 150 took, one minute of talk after ten seconds of ringing; changed as given. */
export function sampleCall(changes: Partial<CallView> = {}): CallView {
  made += 1;
  return {
    id: `call-${String(made)}`,
    external_id: `1759220100.${String(made)}`,
    direction: 'incoming',
    state: 'final',
    phone: PHONE,
    line: { id: '0001363', name: 'Главный офис' },
    ringing: [],
    rang: ['150'],
    talked: ['150'],
    extension: '150',
    answered: true,
    started_at: '2025-09-30T11:15:00+03:00',
    answered_at: '2025-09-30T11:15:10+03:00',
    ended_at: '2025-09-30T11:16:10+03:00',
    zone: 'Europe/Minsk',
    talk_seconds: 60,
    wait_seconds: 10,
    duration_seconds: 70,
    record_url: 'https://calls.example.com/recordings/1759220100.mp3',
    ...changes,
  };
}

/** As it rings at those extensions. */
export const ringing = (call: CallView, extensions: readonly string[]): CallView => ({
  ...call,
  state: 'dial',
  ringing: [...extensions],
  rang: [...new Set([...extensions])],
  talked: [],
  extension: '',
  answered: false,
  answered_at: null,
  ended_at: null,
  talk_seconds: 0,
  record_url: null,
});

/** Nobody took it. */
export const missed = (changes: Partial<CallView> = {}): CallView =>
  sampleCall({
    rang: ['150', '151'],
    talked: [],
    extension: '',
    answered: false,
    answered_at: null,
    talk_seconds: 0,
    wait_seconds: 70,
    record_url: null,
    ...changes,
  });
