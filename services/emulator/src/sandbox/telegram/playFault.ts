import type { Response } from 'express';
import type { Fault } from '../faults.js';
import type { OpenEnded } from '../openEnded.js';
import { badRequest, Refusal, tooManyRequests } from './refusal.js';

/** Longer than any client waits, short enough not to keep connections for ever. */
const HELD_MS = 120_000;

type Mode = Fault['mode'];

/** What is refused instead of done. */
const REFUSALS: Readonly<Partial<Record<Mode, (fault: Fault) => Refusal>>> = {
  '429': (fault) => tooManyRequests(fault.retry_after),
  '500': () => new Refusal(500, 'Internal Server Error'),
  '403': () => new Refusal(403, 'Forbidden: bot was blocked by the user'),
  chat_not_found: () => badRequest('chat not found'),
  migrate: ({ migrate_to_chat_id = -1_001_234_567_890 }) =>
    new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id }),
  timeout: () => new Refusal(504, 'no answer: timeout'),
  reset: () => new Refusal(502, 'no answer: connection reset'),
};

/** @throws Refusal unless the fault lets the request be done (`slow`, `accept_timeout`) */
export function playFault(fault: Fault): void {
  const refusal = REFUSALS[fault.mode]?.(fault);
  if (refusal !== undefined) throw refusal;
}

/** Leaves the client without an answer when that is the fault. @returns whether it did */
export function withoutAnswer(fault: Fault, response: Response, openEnded: OpenEnded): boolean {
  switch (fault.mode) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'timeout':
    case 'accept_timeout':
      openEnded.add(response);
      endAfter(response, HELD_MS);
      return true;
    default:
      return false;
  }
}

function endAfter(response: Response, ms: number): void {
  const timer = setTimeout(() => response.destroy(), ms);
  response.once('close', () => {
    clearTimeout(timer);
  });
}
