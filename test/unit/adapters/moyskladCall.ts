import { SECTIONS, type CallView, type Section } from '@live-calls/shared/contracts';

const employee = (n: number): string => `00000000-0000-4000-8e00-00000000000${n}`;

/** The section as it is read, with its defaults: Петров's mobile counts as his desk, 153 has a name only. */
export const configured = (settings: object = {}): Section<'moysklad'> =>
  SECTIONS.moysklad.parse({
    enabled: true,
    integration_code: 'demo-phone-key',
    api_token: 'demo-token',
    employee_mapping: {
      '150': { employee_id: employee(1), name: 'Петров Пётр' },
      '151': { employee_id: employee(2), name: 'Иванов Иван' },
      '+375290000150': { employee_id: employee(1) },
      '+375290000777': { employee_id: employee(7) },
      '153': { employee_id: 'Сидорова' },
    },
    ...settings,
  });

export const person = (extension: string, n: number): object => ({
  extension,
  employee: {
    href: `https://api.moysklad.ru/api/remap/1.2/entity/employee/${employee(n)}`,
    type: 'employee',
    mediaType: 'application/json',
  },
});

/** An answered incoming call of 2025-09-30, 11:15 in Yekaterinburg: 09:15 in Moscow. */
export const CALL: CallView = {
  ...{ id: '6e1f6f0e-0000-4000-8000-000000000001', external_id: '1759220100.1' },
  ...{ direction: 'incoming', state: 'final', phone: '+375290000001' },
  line: { id: '0001363', name: 'Главный офис' },
  ...{ ringing: [], rang: ['150', '151'], talked: ['151'], extension: '151', answered: true },
  started_at: '2025-09-30T11:15:00+05:00',
  answered_at: '2025-09-30T11:15:12+05:00',
  ended_at: '2025-09-30T11:16:17+05:00',
  zone: 'Asia/Yekaterinburg',
  ...{ talk_seconds: 65, wait_seconds: 12, duration_seconds: 77 },
  record_url: 'https://calls.example.com/recordings/1759220100.1',
};

export const MISSED: Partial<CallView> = {
  ...{ talked: [], extension: '', answered: false, answered_at: null, talk_seconds: 0, wait_seconds: 77 },
  record_url: null,
};
