import { OperatorError } from '@live-calls/shared/runtime';
import type { Problem } from '../runs/request.js';
import type { Run } from '../runs/run.js';
import type { Field } from '../scenarios/fields.js';

export interface Offer {
  scenarios: { code: string; title: string; story: string; fields: Field[] }[];
  faults: { code: string; title: string }[];
  paces: { code: string; title: string }[];
}

/** The running emulator. Everything throws OperatorError (Russian) when it is not there, or refuses. */
export interface EmulatorApi {
  offer(): Promise<Offer>;
  enterprises(): Promise<{ number: string; name: string; is_test: boolean }[]>;
  /** @returns the run's id */
  begin(request: object): Promise<string>;
  /** The run's states, the last of them done. */
  follow(runId: string): AsyncIterable<Run>;
  step(runId: string): Promise<void>;
}

export function createEmulatorApi(url: string): EmulatorApi {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, init);
    } catch {
      throw new OperatorError(
        `Эмулятор не отвечает по адресу ${url}. Запустите его командой npm start и повторите (порт — EMULATOR_PORT).`,
      );
    }
    if (response.ok) return response;
    const { errors = [] } = (await response.json().catch(() => ({}))) as { errors?: Problem[] };
    const problems = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
    throw new OperatorError(`Эмулятор отказал (${response.status}): ${problems.join('; ') || 'без объяснения'}`);
  }
  const read = async <T>(path: string, init?: RequestInit): Promise<T> => (await (await ask(path, init)).json()) as T;
  const post = (body: object): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  return {
    offer: () => read<Offer>('/api/scenarios'),
    enterprises: async () =>
      (await read<{ enterprises: { number: string; name: string; is_test: boolean }[] }>('/api/enterprises'))
        .enterprises,
    begin: async (request) => (await read<{ run_id: string }>('/api/emulate', post(request))).run_id,
    follow: async function* (runId) {
      const { body } = await ask(`/api/emulate/${runId}/stream`);
      if (body === null) return;
      try {
        for await (const data of dataOf(body)) yield JSON.parse(data) as Run;
      } catch (error) {
        if (error instanceof SyntaxError) throw error;
        throw new OperatorError('Связь с эмулятором оборвалась: он остановлен? Прогон потерян.');
      }
    },
    step: async (runId) => {
      await ask(`/api/emulate/${runId}/step`, post({}));
    },
  };
}

/** The `data:` lines of server-sent events. */
async function* dataOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice('data: '.length));
  }
}
