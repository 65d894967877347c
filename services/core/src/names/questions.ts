import type { Tenant } from '../tenants/tenant.js';
import type { Unasked } from './unasked.js';

/** Who a client is, asked once for all calls with that phone. */
export interface Question {
  tenant: Tenant;
  phone: string;
  /** The name that each call (uuid) was shown with when it was asked for. */
  calls: Map<string, string | null>;
}

export interface Questions {
  /** Asks, or joins the same question that is open already. */
  ask(tenant: Tenant, call: Unasked): void;
  /** Resolves when those begun have ended; the others are not begun any more. */
  stop(): Promise<void>;
}

interface QuestionsOptions {
  /** Must not reject. Calls may join until it calls `close`. */
  answer: (question: Question, close: () => void) => Promise<void>;
  /** Too many wait: this one, the oldest, is not asked. */
  onGivenUp: (question: Question) => void;
  atOnce?: number;
  /** Of one tenant, whose CRM may be slow, at once. */
  perTenant?: number;
  mostWaiting?: number;
}

/** Keeps questions few: one a client at a time, so many at once, so many in all. */
export function createQuestions(options: QuestionsOptions): Questions {
  const { answer, onGivenUp, atOnce = 16, perTenant = 4, mostWaiting = 500 } = options;
  const open = new Map<string, Question>();
  const waiting = new Set<Question>();
  const running = new Map<Question, Promise<void>>();
  const keyOf = ({ tenant, phone }: Pick<Question, 'tenant' | 'phone'>): string => `${tenant.number} ${phone}`;

  function close(question: Question): void {
    if (open.get(keyOf(question)) === question) open.delete(keyOf(question));
  }

  function begin(): void {
    const load = new Map<string, number>();
    const loadOf = (question: Question): number => load.get(question.tenant.number) ?? 0;
    for (const question of running.keys()) load.set(question.tenant.number, loadOf(question) + 1);
    for (const question of waiting) {
      if (running.size >= atOnce) return;
      if (loadOf(question) >= perTenant) continue;
      load.set(question.tenant.number, loadOf(question) + 1);
      waiting.delete(question);
      running.set(
        question,
        answer(question, () => close(question)).finally(() => {
          close(question);
          running.delete(question);
          begin();
        }),
      );
    }
  }

  function giveUpOldest(): void {
    const [oldest] = waiting;
    if (waiting.size <= mostWaiting || !oldest) return;
    waiting.delete(oldest);
    close(oldest);
    onGivenUp(oldest);
  }

  return {
    ask: (tenant, { uuid, phone, clientName }) => {
      const key = keyOf({ tenant, phone });
      let question = open.get(key);
      if (!question) {
        question = { tenant, phone, calls: new Map() };
        open.set(key, question);
        waiting.add(question);
        giveUpOldest();
      }
      question.calls.set(uuid, clientName);
      begin();
    },
    stop: async () => {
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}
