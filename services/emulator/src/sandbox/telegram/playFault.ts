import type { TelegramFault } from '../faults.js';
import { badRequest, Refusal, tooManyRequests } from './refusal.js';

type Mode = TelegramFault['mode'];

/** What is refused instead of done. */
const REFUSALS: Readonly<Partial<Record<Mode, (fault: TelegramFault) => Refusal>>> = {
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
export function playFault(fault: TelegramFault): void {
  const refusal = REFUSALS[fault.mode]?.(fault);
  if (refusal !== undefined) throw refusal;
}
