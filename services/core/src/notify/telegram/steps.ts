import { performance } from 'node:perf_hooks';
import type { Delivery } from '@live-calls/shared/runtime';
import { oweDeliveries, type MessageKey, type MessageState, type Owed, type Slot } from '@live-calls/shared/db';
import { withoutMarkup } from '../text/html.js';
import type { Addressed, ChatDeliveryDependencies } from './chatDelivery.js';
import type { Answer } from './client.js';
import { factsOf } from './facts.js';
import type { Messages } from './messages.js';
import type { Step } from './nextStep.js';
import { persist } from './persist.js';
import type { Refusal } from './refusal.js';

/** One request on its way to a chat. */
export interface Job {
  delivery: Delivery;
  /** Of the row in telegram_messages. */
  id: string;
  message: Addressed;
  step: Step;
  signal: AbortSignal;
}

export type StepOutcome =
  | { refusal: Refusal }
  /** What is stored of the message now; null: it has to be read. */
  | { state: MessageState | null };

export interface Steps {
  /** Carries a step out and stores what came of it. */
  carryOut(job: Job): Promise<StepOutcome>;
}

interface StepsDependencies extends ChatDeliveryDependencies {
  messages: Messages;
}

/** The requests of a delivery: intent, lease, request, result, in this order. */
export function createSteps({ pool, client, logger, messages }: StepsDependencies): Steps {
  const send = async (job: Job, slot: Slot): Promise<StepOutcome> => {
    const { delivery, message } = job;
    if (message.sendingVersion !== null) {
      logger.warn('sent again: nobody knows whether it came through, it may appear twice', factsOf(job));
    }
    await messages.record({ ...keyOf(job), kind: 'intended', version: message.wantedVersion });
    // A live message that has to be sent anew must not ring again.
    const silent = message.wantedSilent || (slot === 'live' && message.shownText !== null);
    const answer = await timed(job, () =>
      withPlainTextInNeed(job, (text, markup) =>
        client.send(message.botToken, {
          chatId: message.chatId,
          text,
          markup,
          silent,
          replyTo: message.replyToMessageId,
        }),
      ),
    );
    if (!answer.ok) return answer;
    const sent = { telegramId: answer.value, text: message.wantedText, version: message.wantedVersion };
    const state = await persist(() => messages.record({ ...keyOf(job), kind: 'sent', slot, ...sent }));
    if (state === null) {
      logger.warn('another worker has sent it meanwhile, this one is deleted again', factsOf(job));
      const surplus = { chatId: message.chatId, telegramId: answer.value };
      await client.remove(message.botToken, surplus, new AbortController().signal);
    }
    // Whoever took the delivery over may have finished it without knowing of this message.
    if (!delivery.isHeld()) await persist(() => oweDeliveries(pool, [again(delivery)]));
    return { state };
  };

  const edit = async (job: Job, telegramId: number): Promise<StepOutcome> => {
    const { message, signal } = job;
    const answer = await timed(job, () =>
      withPlainTextInNeed(job, (text, markup) =>
        client.edit(message.botToken, { chatId: message.chatId, telegramId, text, markup }, signal),
      ),
    );
    if (!answer.ok && answer.refusal.kind !== 'unchanged') return answer;
    const shown = { text: message.wantedText, version: message.wantedVersion };
    return { state: await persist(() => messages.record({ ...keyOf(job), kind: 'edited', ...shown })) };
  };

  const remove = async (job: Job, slot: Slot, telegramId: number): Promise<StepOutcome> => {
    const { message, signal } = job;
    const answer = await timed(job, () =>
      client.remove(message.botToken, { chatId: message.chatId, telegramId }, signal),
    );
    if (!answer.ok && answer.refusal.kind !== 'gone') return answer;
    return { state: await persist(() => messages.record({ ...keyOf(job), kind: 'gone', slot, telegramId })) };
  };

  /** Telegram does not take the markup: rather the bare words than nothing. */
  const withPlainTextInNeed = async <T>(
    job: Job,
    request: (text: string, markup: boolean) => Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    const { wantedText } = job.message;
    const first = await request(wantedText, true);
    if (first.ok || first.refusal.kind !== 'unparsable') return first;
    logger.error('Telegram does not take the markup, shown as plain text: the text is built wrong', {
      ...factsOf(job),
      reason: first.refusal.reason,
    });
    return request(withoutMarkup(wantedText), false);
  };

  /** Asks for the lease right before the request, and says what became of it. */
  const timed = async <T>(job: Job, request: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    if (!job.delivery.isHeld())
      return { ok: false, refusal: { kind: 'notReached', reason: 'lease lost before the request' } };
    const begin = performance.now();
    const answer = await request();
    const outcome = answer.ok ? 'ok' : answer.refusal.kind;
    logger.info('telegram', { ...factsOf(job), ms: Math.round(performance.now() - begin), outcome });
    return answer;
  };

  return {
    carryOut: (job) => {
      const { step } = job;
      if (step.kind === 'send') return send(job, step.slot);
      return step.kind === 'edit' ? edit(job, step.telegramId) : remove(job, step.slot, step.telegramId);
    },
  };
}

export const keyOf = ({ delivery, id }: Pick<Job, 'delivery' | 'id'>): MessageKey => ({
  enterpriseNumber: delivery.enterpriseNumber,
  messageId: id,
});

function again({ enterpriseNumber, orderingKey, dedupeKey, payload }: Delivery): Owed {
  return { enterpriseNumber, target: 'telegram', orderingKey, dedupeKey, payload, delayMs: 0 };
}
