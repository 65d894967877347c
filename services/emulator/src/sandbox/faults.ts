import { z } from 'zod';
import { CRM_NAMES } from './crm/names.js';

const common = {
  count: z.int().positive().default(1),
  /** Bot API method or the CRM's endpoint as `/api/sandbox/<crm>` names it, any case; without it each of them is met. */
  method: z.string().optional(),
  /** How long `slow` waits before the request is handled. */
  delay_ms: z.int().positive().max(600_000).default(3_000),
};

const TelegramFault = z.strictObject({
  ...common,
  target: z.literal('telegram'),
  mode: z.enum(['429', '500', '403', 'chat_not_found', 'migrate', 'timeout', 'accept_timeout', 'reset', 'slow']),
  chat_id: z.union([z.int(), z.string()]).optional(),
  retry_after: z.int().positive().default(1),
  migrate_to_chat_id: z.int().optional(),
});
export type TelegramFault = z.infer<typeof TelegramFault>;

const CrmFault = z
  .strictObject({
    ...common,
    target: z.enum(CRM_NAMES),
    mode: z.enum(['429', '500', '503', '403', 'timeout', 'accept_timeout', 'reset', 'slow', 'html', 'answer']),
    /** What `answer` answers, word for word. */
    answer: z.strictObject({ status: z.int().min(200).max(599), json: z.json() }).optional(),
  })
  .refine(({ mode, answer }) => (mode === 'answer') === (answer !== undefined), {
    error: 'mode "answer" goes with an answer, the others without',
  });
export type CrmFault = z.infer<typeof CrmFault>;

/** A fault to be met by the next `count` requests that it fits. */
export const Fault = z.discriminatedUnion('target', [TelegramFault, CrmFault]);
export type Fault = z.infer<typeof Fault>;

export interface Faults {
  add(fault: Fault): void;
  /** Uses up one of the first fault that fits. */
  take<F extends Fault>(isFitting: (fault: Fault) => fault is F): F | undefined;
  list(): Fault[];
  clear(): void;
}

/** Whether a fault is for this method: its own or any. */
export function isForMethod(fault: Fault, method: string): boolean {
  return fault.method === undefined || fault.method.toLowerCase() === method.toLowerCase();
}

/** Faults that were asked for and are still to be met, in the order they were asked for. */
export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add: (fault) => {
      waiting.push(fault);
    },
    take: (isFitting) => {
      const fault = waiting.find(isFitting);
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
