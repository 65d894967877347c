import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run, RunSummary } from '../../services/emulator/src/runs/run.js';
import { freePort } from '../harness/freePort.js';
import { until } from '../harness/until.js';
import { startService } from '../harness/processes.js';
import { createRunsStage, type RunsStage } from './emulatorRunsStage.js';

let stage: RunsStage;
beforeAll(async () => {
  stage = await createRunsStage();
});
afterAll(() => stage.end());

const begin = async (request: object): Promise<string> => {
  const { status, body } = await stage.post('/api/emulate', request);
  expect(status).toBe(202);
  return (body as { run_id: string }).run_id;
};
const read = async (runId: string): Promise<Run> => (await stage.get(`/api/emulate/${runId}`)).body as Run;
const untilState = (runId: string, state: Run['state']): Promise<void> =>
  until(`the run is ${state}`, async () => (await read(runId)).state === state);

describe('a run', () => {
  test.each(['once', 'fast', 'real'])('at the pace %s comes out as it must', async (pace) => {
    const { number, token } = await stage.addTestTenant();
    const run = await stage.play({ enterprise: number, scenario: '1-10', pace });
    expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
    expect(run).toMatchObject({ state: 'done', scenario: '1-10', enterprise: number, pace });
    for (const entry of run.timeline) {
      expect(entry).toMatchObject({ status: 200, answer: { status: 'ok' }, headers: { Token: token } });
      expect(entry.body['Token']).toBe(token);
    }
    expect(run.calls).toMatchObject([{ direction: 'outgoing', party: run.fields['client'], answered: false }]);
    expect(run.chats.map(({ messages }) => messages.length)).toEqual([1, 1]);
    expect(JSON.stringify(run)).not.toContain(`test-${number}`); // the bot's token
  });

  test('goes on step by step at the word of the operator', async () => {
    const { number } = await stage.addTestTenant();
    const runId = await begin({ enterprise: number, scenario: '1-10', pace: 'steps' });
    const { timeline } = await read(runId);
    for (let sent = 0; sent < timeline.length; sent++) {
      await until('it waits', async () => {
        const run = await read(runId);
        return run.state === 'waiting' && run.timeline.filter(({ status }) => status === 200).length === sent;
      });
      expect((await stage.post(`/api/emulate/${runId}/step`)).status).toBe(200);
    }
    await untilState(runId, 'done');
    expect((await read(runId)).verdict).toEqual({ ok: true, discrepancies: [] });
    expect((await stage.post(`/api/emulate/${runId}/step`)).status).toBe(409);
  });

  test('that is stopped sends nothing more and is judged', async () => {
    const { number } = await stage.addTestTenant();
    const runId = await begin({ enterprise: number, scenario: '1-10', pace: 'steps' });
    await untilState(runId, 'waiting');
    await stage.post(`/api/emulate/${runId}/step`);
    await until('one event is sent', async () => (await read(runId)).timeline[0]?.status === 200);
    await stage.post(`/api/emulate/${runId}/stop`);
    await untilState(runId, 'done');
    const { verdict, timeline } = await read(runId);
    expect(timeline.filter(({ sent_at }) => sent_at !== undefined)).toHaveLength(1);
    expect(verdict?.discrepancies[0]).toBe(`Не отправлено событий: ${timeline.length - 1} из ${timeline.length}.`);
  });

  test('is told to whoever follows it, from the first state to the last', async () => {
    const { number } = await stage.addTestTenant();
    const runId = await begin({ enterprise: number, scenario: '2-1', pace: 'fast' });
    const heard = await stage.follow(runId);
    expect(heard[0]).toMatchObject({ state: 'playing', verdict: null });
    expect(heard.length).toBeGreaterThan(3);
    const sent = heard.map(({ timeline }) => timeline.filter(({ status }) => status !== undefined).length);
    expect(sent).toEqual(sent.toSorted((one, other) => one - other));
    expect(heard.filter(({ state }) => state === 'done')).toHaveLength(1);
    expect(heard.at(-1)?.verdict?.ok).toBe(true);
    expect(await stage.follow(runId)).toHaveLength(1); // whoever comes later gets the end
  });

  test('of several calls at once on several enterprises', async () => {
    const [one, other] = [await stage.addTestTenant(), await stage.addTestTenant()];
    const more_enterprises = [other.number];
    const run = await stage.play({ enterprise: one.number, more_enterprises, scenario: '2-2', pace: 'fast', calls: 6 });
    expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
    expect(run.calls).toHaveLength(6);
    expect(new Set(run.calls.map(({ party }) => party)).size).toBe(6);
    for (const { number } of [one, other]) {
      expect(run.calls.filter(({ enterprise }) => enterprise === number)).toHaveLength(3);
    }
  });

  test.each(['twice', 'swapped', 'bridges-lost', 'clock-wrong', 'server-pauses'])(
    'with the fault %s comes out as it must',
    async (fault) => {
      const { number } = await stage.addTestTenant();
      const run = await stage.play({ enterprise: number, scenario: '2-1', pace: 'once', faults: [fault] });
      expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
      expect(run.faults).toEqual([fault]);
    },
  );

  test('whose core is killed in the middle goes on when it is back', async () => {
    const { number } = await stage.addTestTenant();
    const runId = await begin({ enterprise: number, scenario: '2-1', pace: 'steps' });
    const { timeline } = await read(runId);
    const sent = async (): Promise<number> =>
      (await read(runId)).timeline.filter(({ status }) => status === 200).length;
    for (let step = 1; step <= timeline.length; step++) {
      if (step === 5) await stage.core.kill('SIGKILL');
      await stage.post(`/api/emulate/${runId}/step`);
      if (step === 5) {
        await until('the event is refused', async () => (await read(runId)).timeline.some(({ error }) => error));
        await stage.restartCore();
      }
      await until('the event is taken', async () => (await sent()) === step);
    }
    await untilState(runId, 'done');
    const run = await read(runId);
    expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
    expect(run.timeline).toHaveLength(timeline.length + 1);
    expect(run.timeline[5]?.note).toContain('отправлено снова');
  });

  test('can be found, downloaded and done again', async () => {
    const { number } = await stage.addTestTenant();
    const first = await stage.play({ enterprise: number, scenario: '1-8', pace: 'once' });
    const { runs } = (await stage.get('/api/emulate')).body as { runs: RunSummary[] };
    expect(runs[0]).toMatchObject({ run_id: first.run_id, state: 'done', scenario: '1-8', verdict: { ok: true } });
    const response = await fetch(`${stage.emulator.url}/api/emulate/${first.run_id}?download=1`);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename=${first.run_id}.json`);
    expect(await response.json()).toEqual(first);
    const again = await stage.play(first.request);
    expect(again.verdict?.ok).toBe(true);
    expect(again.run_id).not.toBe(first.run_id);
  });

  test.each(['20251001T120000000-00000000', '..%2f..%2fpackage', 'x'])('%s is not there', async (runId) => {
    for (const path of [runId, `${runId}/stream`]) {
      expect((await stage.get(`/api/emulate/${path}`)).status).toBe(404);
    }
    expect((await stage.post(`/api/emulate/${runId}/stop`)).status).toBe(404);
  });
});

describe('what can be chosen', () => {
  test('comes from the database as it is now', async () => {
    const { number } = await stage.addTestTenant();
    const { pool } = stage.database;
    await pool.query(
      `update users set personal_phone = '+375290000777' where enterprise_number = $1 and last_name = 'Петров1'`,
      [number],
    );
    await pool.query(
      `update users set personal_phone = '80290000778', follow_me_number = '375290000778'
       where enterprise_number = $1 and last_name = 'Петров2'`,
      [number],
    );
    const managers = await stage.get(`/api/managers?enterprise=${number}`);
    expect(managers.body).toMatchObject({
      managers: [
        { extension: '150', mobile: null },
        { extension: '151', name: 'Петров1 Пётр', mobile: '+375290000777' },
        { extension: '152', mobile: '+375290000778' },
      ],
    });
    expect((await stage.get(`/api/lines?enterprise=${number}`)).body).toMatchObject({
      lines: [{ id: '0001363', name: 'Главный офис' }, { id: '3880001' }],
    });
    expect((await stage.get('/api/enterprises')).body).toMatchObject({
      enterprises: expect.arrayContaining([{ number, name: `test${number}`, country: 'BY', is_test: true }]) as unknown,
    });
    const run = await stage.play({ enterprise: number, scenario: '2-5', pace: 'once' });
    expect(run.fields).toMatchObject({ owner: '151', mobile: '+375290000777' });
    expect(run.verdict?.ok).toBe(true);
  });

  test('are 45 scenarios with their fields, faults and paces', async () => {
    const { body } = await stage.get('/api/scenarios');
    const { scenarios, faults, paces } = body as Record<string, { code: string; title: string }[]>;
    expect(scenarios).toHaveLength(45);
    expect(faults?.map(({ code }) => code)).toContain('twice');
    expect(paces?.map(({ code }) => code)).toEqual(['real', 'fast', 'once', 'steps']);
  });

  test.each([
    ['BY', /^\+375\d{9}$/],
    ['PL', /^\+48\d{9}$/],
    ['ee', /^\+372\d{8}$/],
  ])('are random phones of %s', async (country, form) => {
    const { body } = await stage.get(`/api/random-phone?country=${country}`);
    expect((body as { phone: string }).phone).toMatch(form);
  });

  test('are not phones of a country that is not known', async () => {
    expect((await stage.get('/api/random-phone?country=XX')).status).toBe(422);
  });
});

describe('what must not be played', () => {
  const refused = async (request: object, path = '/api/emulate'): Promise<{ field: string; message: string }[]> => {
    const { status, body } = await stage.post(path, request);
    expect(status).toBe(422);
    return (body as { errors: { field: string; message: string }[] }).errors;
  };

  test('is said field by field, in Russian', async () => {
    const { number } = await stage.addTestTenant();
    const enterprise = number;
    expect(await refused({ enterprise, scenario: '9-9' })).toEqual([
      { field: 'scenario', message: 'сценария 9-9 нет' },
    ]);
    expect((await refused({ enterprise, scenario: '2-1', fields: { client: '123' } }))[0]).toEqual({
      field: 'client',
      message: 'нужен номер с + и кодом страны',
    });
    expect((await refused({ enterprise, scenario: '2-1', fields: { nobody: '150' } }))[0]?.field).toBe('nobody');
    expect((await refused({ enterprise, scenario: '2-1', pace: 'slow' }))[0]?.field).toBe('pace');
    expect((await refused({ enterprise, scenario: '2-1', faults: ['fire'] }))[0]?.field).toBe('faults');
    expect((await refused({ enterprise, scenario: '2-1', calls: 0 }))[0]?.field).toBe('calls');
    expect((await refused({ enterprise: 'no', scenario: '2-1' }))[0]?.field).toBe('enterprise');
    expect((await refused({})).map(({ field }) => field)).toEqual(['enterprise', 'scenario']);
  });

  test('are enterprises that are no tests, whoever asks', async () => {
    const { number } = await stage.addTestTenant();
    await stage.database.pool.query('update enterprises set is_test = false where number = $1', [number]);
    const events = [{ event: 'start', offset_ms: 0, body: { UniqueId: '1.1' } }];
    for (const allow_production of [false, true]) {
      expect((await refused({ enterprise: number, scenario: '1-10', allow_production }))[0]?.field).toBe('enterprise');
      expect((await refused({ enterprise: number, events, allow_production }, '/api/replay'))[0]?.field).toBe(
        'enterprise',
      );
    }
    const { rows } = await stage.database.pool.query('select 1 from call_events where enterprise_number = $1', [
      number,
    ]);
    expect(rows).toEqual([]);
  });

  test('are events with the token of somebody else', async () => {
    const [own, other] = [await stage.addTestTenant(), await stage.addTestTenant()];
    const events = [{ event: 'start', offset_ms: 0, body: { Token: other.token, UniqueId: '1.1' } }];
    expect((await refused({ enterprise: own.number, events }, '/api/replay'))[0]?.message).toContain(
      'другого предприятия',
    );
  });
});

describe('an emulator that may play in production', () => {
  test('does so only when the run asks for it as well', async () => {
    const own = await createRunsStage({ EMULATOR_ALLOW_PRODUCTION: '1' });
    try {
      const { number } = await own.addTestTenant();
      await own.database.pool.query('update enterprises set is_test = false where number = $1', [number]);
      const request = { enterprise: number, scenario: '1-10', pace: 'once' };
      expect((await own.post('/api/emulate', request)).status).toBe(422);
      expect((await own.play({ ...request, allow_production: true })).verdict?.ok).toBe(true);
    } finally {
      await own.end();
    }
  });
});

describe('without a database', () => {
  test('the sandbox works, health tells, and the API says what to do', async () => {
    const DATABASE_URL = `postgres://nobody@127.0.0.1:${await freePort()}/nothing`;
    const LOG_DIR = stage.logFile.replace(/[^/]*$/, 'away');
    const emulator = await startService('emulator', { DATABASE_URL, LOG_DIR });
    try {
      const health = await fetch(`${emulator.url}/health`);
      expect(health.status).toBe(200);
      expect(await health.json()).toMatchObject({ status: 'ok', database: 'away' });
      expect((await fetch(`${emulator.url}/api/sandbox/telegram/chats`)).status).toBe(200);
      expect((await fetch(`${emulator.url}/api/scenarios`)).status).toBe(200);
      const response = await fetch(`${emulator.url}/api/enterprises`);
      expect(response.status).toBe(503);
      expect(await response.text()).toContain('база данных не отвечает');
    } finally {
      await emulator.kill('SIGTERM');
    }
  });
});
