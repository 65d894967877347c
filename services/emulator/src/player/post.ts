import { z } from 'zod';
import type { TesterLog } from '../log/testerLog.js';

/** What the core said, or why it said nothing. */
export type Posted =
  | { kind: 'answered'; status: number; answer: unknown; ms: number }
  /** `refused`: nobody listens there at all. */
  | { kind: 'no answer'; refused: boolean; error: string; ms: number };

export interface Post {
  event: string;
  body: Record<string, unknown>;
  headers: Readonly<Record<string, string>>;
}

/** How long a host waits. */
const TIMEOUT_MS = 3_000;

const ConnectionRefused = z.object({ cause: z.object({ code: z.literal('ECONNREFUSED') }) });

/** Posts an event to the core, and nowhere else, as a host does: 3 s of patience, no second try. Never rejects. */
export function createPost(coreUrl: string, log: Omit<TesterLog, 'flush'>): (post: Post) => Promise<Posted> {
  return async ({ event, body, headers }) => {
    const url = `${coreUrl}/${event}`;
    log.posted({ url, event, headers, body });
    const begin = performance.now();
    const elapsed = (): number => Math.round(performance.now() - begin);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      const ms = elapsed();
      log.answered(event, { status: response.status, headers: Object.fromEntries(response.headers), text });
      return { kind: 'answered', status: response.status, answer: readAnswer(text), ms };
    } catch (thrown) {
      const refused = ConnectionRefused.safeParse(thrown).success;
      const error = refused ? 'ядро не отвечает: соединение отклонено' : reasonOf(thrown);
      log.failed(event, error);
      return { kind: 'no answer', refused, error, ms: elapsed() };
    }
  };
}

/** The headers that a host sends. */
export const hostHeaders = (token: string): Record<string, string> => ({
  'Content-Type': 'application/json',
  Token: token,
});

function reasonOf(error: unknown): string {
  const isLate = error instanceof DOMException && error.name === 'TimeoutError';
  return isLate ? `нет ответа за ${TIMEOUT_MS / 1_000} с` : 'соединение прервано';
}

function readAnswer(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
