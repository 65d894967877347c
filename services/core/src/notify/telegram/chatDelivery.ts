import type { Delivery, Logger, Secrets } from '@live-calls/shared/runtime';
import { markCallShown, type MessageToShow, type Verdict } from '@live-calls/shared/db';
import type pg from 'pg';
import { z } from 'zod';
import type { TelegramClient } from './client.js';
import { createMessages } from './messages.js';
import { nextStep } from './nextStep.js';
import type { Pacer } from './pacer.js';
import { createRefusals } from './refusals.js';
import { createSealedBots } from './sealedBots.js';
import { createSteps } from './steps.js';

export interface ChatDeliveryDependencies {
  pool: pg.Pool;
  client: TelegramClient;
  pacer: Pacer;
  logger: Logger;
  /** Opens bot tokens. */
  secrets: Secrets;
  onShown?: OnShown | undefined;
}

/** Told of each message that was sent or edited, with when the newest event came in that it shows; must not throw. */
export type OnShown = (toldAt: Date) => void;

/** A message whose subscriber can be told. */
export type Addressed = MessageToShow & { botToken: string };

const Payload = z.object({ message_id: z.string(), told_at: z.coerce.date().optional() });

/** Send, delete and an edit or two; more means that the message changes faster than it can be shown. */
const MOST_STEPS = 8;

/**
 * One delivery to a chat: makes it show what it should. Each step's result is stored before the next one begins, and what
 * is wanted by then is read with it, so that it may be interrupted anywhere and takes in what changed meanwhile.
 */
export function createChatDelivery(
  dependencies: ChatDeliveryDependencies,
): (delivery: Delivery, signal: AbortSignal) => Promise<Verdict> {
  const { pool, pacer, onShown } = dependencies;
  const messages = createMessages(pool);
  const steps = createSteps({ ...dependencies, messages });
  const refusals = createRefusals({ ...dependencies, messages });
  const bots = createSealedBots(dependencies);

  return async (delivery, signal) => {
    const { message_id: id, told_at: toldAt } = Payload.parse(delivery.payload);
    const key = { enterpriseNumber: delivery.enterpriseNumber, messageId: id };
    let stored = await messages.read(key);
    for (let i = 0; i < MOST_STEPS; i += 1) {
      if (!stored || !isAddressed(stored)) return { kind: 'done' };
      const bot = bots.open(delivery.enterpriseNumber, stored.botToken);
      if (typeof bot !== 'string') return bot;
      const message = { ...stored, botToken: bot };
      const step = nextStep(message);
      if (step === null) {
        if (message.wantedKind === 'final') await markCallShown(pool, delivery.enterpriseNumber, message.callUuid);
        return { kind: 'done' };
      }
      const { botToken, chatId } = message;
      const waitMs = pacer.begin(botToken, chatId, { id, urgent: message.wantedKind !== 'live' });
      if (waitMs > 0) return { kind: 'postpone', delayMs: waitMs };
      const job = { delivery, id, message, step, signal };
      const outcome = await steps.carryOut(job).finally(() => pacer.finished(botToken, chatId));
      if ('refusal' in outcome) {
        const verdict = await refusals.verdictOf(job, outcome.refusal);
        if (verdict) return verdict;
      } else if (step.kind !== 'delete' && toldAt) onShown?.(toldAt);
      // A refusal may have changed more than the message.
      const state = 'state' in outcome ? outcome.state : null;
      stored = state ? { ...stored, ...state } : await messages.read(key);
    }
    return { kind: 'postpone', delayMs: 1_000 };
  };
}

function isAddressed(message: MessageToShow): message is Addressed {
  return message.botToken !== null;
}
