import { SECTIONS, type CallView, type Section } from '@live-calls/shared/contracts';

/** An answered incoming call of 2025-09-30, 11:15 in Minsk. */
export const CALL: CallView = {
  ...{ id: '6e1f6f0e-0000-4000-8000-000000000001', external_id: '1759220100.1' },
  ...{ direction: 'incoming', state: 'final', phone: '+375290000001' },
  line: { id: '0001363', name: 'Главный офис' },
  ...{ ringing: [], rang: ['150', '151'], talked: ['151'], extension: '151', answered: true },
  started_at: '2025-09-30T11:15:00+03:00',
  answered_at: '2025-09-30T11:15:12+03:00',
  ended_at: '2025-09-30T11:16:17+03:00',
  zone: 'Europe/Minsk',
  ...{ talk_seconds: 65, wait_seconds: 12, duration_seconds: 77 },
  record_url: 'https://calls.example.com/recordings/1759220100.1',
};

export const MISSED: Partial<CallView> = {
  ...{ talked: [], extension: '', answered: false, answered_at: null, talk_seconds: 0, wait_seconds: 77 },
  record_url: null,
};

/** The section as it is read, with its defaults. */
export const configured = (settings: object = {}): Section<'uon'> =>
  SECTIONS.uon.parse({ enabled: true, api_key: 'demo-uon-key', ...settings });
