import { z } from 'zod';
import type { EventType } from '../scenarios/scenario.js';

export interface Answer {
  status: number;
  body: string;
  ms: number;
}

/** The core did not answer: it is not there, or it is too slow for a host. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';

  constructor(
    /** Nobody listens there at all. */
    readonly isRefused: boolean,
    cause: unknown,
  ) {
    super(isRefused ? 'connection refused' : 'no answer in time', { cause });
  }
}

export type PostEvent = (event: EventType, body: Record<string, unknown>) => Promise<Answer>;

/** How long a host waits. */
const TIMEOUT_MS = 3_000;

const ConnectionRefused = z.object({ cause: z.object({ code: z.literal('ECONNREFUSED') }) });

/** Posts events as a host does: one at a time, the token in a header too, no second try. */
export function createPostEvent(coreUrl: string, token: string): PostEvent {
  return async (event, body) => {
    const begin = performance.now();
    try {
      const response = await fetch(`${coreUrl}/${event}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', Token: token },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: response.status, body: await response.text(), ms: Math.round(performance.now() - begin) };
    } catch (error) {
      throw new NoAnswer(ConnectionRefused.safeParse(error).success, error);
    }
  };
}
