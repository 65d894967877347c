import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../services/emulator/src/runs/run.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { freePort } from '../harness/freePort.js';
import { startService, type Service } from '../harness/processes.js';
import { addTenant, type TestTenant } from '../harness/tenant.js';

/** A core and an emulator that plays calls on it, as processes, on a database of their own. */
export interface RunsStage {
  database: TestDatabase;
  core: Service;
  emulator: Service;
  /** Of the tester log. */
  logFile: string;
  /** A tenant that calls may be played for. */
  addTestTenant(): Promise<TestTenant>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: object): Promise<Answer>;
  /** Starts a run and follows its stream to the end. */
  play(request: object, path?: string): Promise<Run>;
  /** Follows a run to its end. */
  follow(runId: string): Promise<Run[]>;
  logged(): Promise<string>;
  /** Ends the core at once and starts it again on the same port. */
  restartCore(): Promise<void>;
  end(): Promise<void>;
}

export interface Answer {
  status: number;
  body: unknown;
}

/** @param variables more of the emulator's environment */
export async function createRunsStage(variables: Record<string, string> = {}): Promise<RunsStage> {
  const directory = await mkdtemp(join(tmpdir(), 'runs-'));
  const database = await createTestDatabase();
  const [corePort, emulatorPort] = [await freePort(), await freePort()];
  const common = {
    DATABASE_URL: database.url,
    TELEGRAM_API_ROOT: `http://127.0.0.1:${emulatorPort}/sandbox/telegram`,
    CORE_PORT: String(corePort),
    EMULATOR_DATA_DIR: join(directory, 'data'),
    LOG_DIR: join(directory, 'logs'),
    ...variables,
  };
  const emulator = await startService('emulator', common, emulatorPort);
  const startCore = (): Promise<Service> => startService('core', common, corePort);
  let core = await startCore();
  const logFile = join(directory, 'logs', 'call_tester_events.log');

  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${emulator.url}${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  const post = (path: string, body: object = {}): Promise<Answer> =>
    ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const follow = async (runId: string): Promise<Run[]> => {
    const response = await fetch(`${emulator.url}/api/emulate/${runId}/stream`);
    const heard = await response.text();
    return heard
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice('data: '.length)) as Run);
  };
  return {
    database,
    get core() {
      return core;
    },
    emulator,
    logFile,
    addTestTenant: async () => {
      const tenant = await addTenant(database.pool);
      await database.pool.query('update enterprises set is_test = true where number = $1', [tenant.number]);
      return tenant;
    },
    get: (path) => ask(path),
    post,
    follow,
    play: async (request, path = '/api/emulate') => {
      const { status, body } = await post(path, request);
      if (status !== 202) throw new Error(JSON.stringify(body));
      const last = (await follow((body as { run_id: string }).run_id)).at(-1);
      if (last === undefined) throw new Error('nothing was told of the run');
      return last;
    },
    logged: () => readFile(logFile, 'utf8').catch(() => ''),
    restartCore: async () => {
      await core.kill('SIGKILL');
      core = await startCore();
    },
    end: async () => {
      await core.kill('SIGTERM');
      await emulator.kill('SIGTERM');
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
}
