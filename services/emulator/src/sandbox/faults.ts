import { z } from 'zod';

const FAULT_MODES = [
  '429',
  '500',
  '403',
  'chat_not_found',
  'migrate',
  'timeout',
  'accept_timeout',
  'reset',
  'slow',
] as const;

/** A fault to be met by the next `count` requests that it fits. */
export const Fault = z.strictObject({
  /** Whom it concerns; Telegram is the only one so far. */
  target: z.literal('telegram'),
  mode: z.enum(FAULT_MODES),
  count: z.int().positive().default(1),
  chat_id: z.union([z.int(), z.string()]).optional(),
  /** Bot API method, any case; without it each of them is met. */
  method: z.string().optional(),
  retry_after: z.int().positive().default(1),
  /** How long `slow` waits before the request is handled. */
  delay_ms: z.int().positive().max(600_000).default(3_000),
  migrate_to_chat_id: z.int().optional(),
});
export type Fault = z.infer<typeof Fault>;

export interface Faults {
  add(fault: Fault): void;
  /** Uses up one of the first fault that fits. */
  take(method: string, chatId: number | string): Fault | undefined;
  list(): Fault[];
  clear(): void;
}

/** Faults that were asked for and are still to be met, in the order they were asked for. */
export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add: (fault) => {
      waiting.push(fault);
    },
    take: (method, chatId) => {
      const fault = waiting.find(
        (candidate) =>
          (candidate.chat_id === undefined || String(candidate.chat_id) === String(chatId)) &&
          (candidate.method === undefined || candidate.method.toLowerCase() === method.toLowerCase()),
      );
      if (fault === undefined) return undefined;
      waiting = waiting.flatMap((each) => {
        if (each !== fault) return [each];
        return each.count > 1 ? [{ ...each, count: each.count - 1 }] : [];
      });
      return fault;
    },
    list: () => waiting,
    clear: () => {
      waiting = [];
    },
  };
}
