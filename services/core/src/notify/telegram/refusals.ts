import { performance } from 'node:perf_hooks';
import { disableSubscriber, moveSubscriber, type Slot, type Verdict } from '@live-calls/shared/db';
import type { ChatDeliveryDependencies } from './chatDelivery.js';
import { factsOf } from './facts.js';
import type { Refusal } from './refusal.js';
import type { Messages } from './messages.js';
import { keyOf, type Job } from './steps.js';

export interface Refusals {
  /** Does what a refusal asks for. @returns how the delivery ends; null: go on with the next step */
  verdictOf(job: Job, refusal: Refusal): Promise<Verdict | null>;
}

/** How often a bot whose token is refused is tried, and spoken of. */
const BAD_TOKEN_MS = 60_000;

interface RefusalsDependencies extends ChatDeliveryDependencies {
  messages: Messages;
}

export function createRefusals({ pool, pacer, logger, messages }: RefusalsDependencies): Refusals {
  const complainedAt = new Map<string, number>();

  const complainAboutBot = (job: Job, reason: string): void => {
    const bot = job.message.botToken.split(':', 1)[0] ?? '';
    const last = complainedAt.get(bot);
    if (last !== undefined && performance.now() - last < BAD_TOKEN_MS) return;
    complainedAt.set(bot, performance.now());
    logger.error('Telegram refuses the token of this bot: correct it in the tenant or subscriber; messages wait', {
      enterprise: job.delivery.enterpriseNumber,
      bot,
      reason,
    });
  };

  const recordGone = async (job: Job, slot: Slot, telegramId: number): Promise<void> => {
    await messages.record({ ...keyOf(job), kind: 'gone', slot, telegramId });
  };

  const forgetMessage = async (job: Job): Promise<void> => {
    const { liveMessageId, finalMessageId } = job.message;
    if (liveMessageId !== null) await recordGone(job, 'live', liveMessageId);
    if (finalMessageId !== null) await recordGone(job, 'final', finalMessageId);
  };

  const act = async (job: Job, refusal: Refusal): Promise<Verdict | null> => {
    const { delivery, message, step } = job;
    const tenant = delivery.enterpriseNumber;
    switch (refusal.kind) {
      case 'unchanged':
        return null;
      case 'gone':
        if (step.kind !== 'send') await recordGone(job, step.slot, step.telegramId);
        return null;
      case 'undeletable':
        logger.warn('Telegram does not delete this message, it stays in the chat', { ...factsOf(job), ...refusal });
        if (step.kind !== 'send') await recordGone(job, step.slot, step.telegramId);
        return null;
      case 'noChat':
        logger.warn('subscription disabled: let the bot into the chat and enable it again', {
          ...factsOf(job),
          reason: refusal.reason,
        });
        await disableSubscriber(pool, tenant, message.subscriberId, refusal.reason);
        return { kind: 'done' };
      case 'moved':
        logger.info('the group became a supergroup', { ...factsOf(job), newChat: refusal.chatId });
        await moveSubscriber(pool, tenant, message.subscriberId, refusal.chatId);
        await forgetMessage(job);
        return null;
      case 'tooMany':
        pacer.blockChat(message.botToken, message.chatId, refusal.retryAfterMs);
        return { kind: 'retry', error: 'too many requests', delayMs: refusal.retryAfterMs };
      case 'badToken':
        complainAboutBot(job, refusal.reason);
        pacer.blockBot(message.botToken, BAD_TOKEN_MS);
        return { kind: 'retry', error: refusal.reason, delayMs: BAD_TOKEN_MS };
      case 'rejected':
      case 'unparsable':
        logger.error('Telegram will never take this message: it is given up', {
          ...factsOf(job),
          reason: refusal.reason,
        });
        return { kind: 'dead', error: refusal.reason };
      case 'notReached':
        return { kind: 'retry', error: refusal.reason };
      case 'unknown':
        if (step.kind === 'send') {
          logger.warn('nobody knows whether it was sent: it is sent again and may appear twice', {
            ...factsOf(job),
            reason: refusal.reason,
          });
        }
        return { kind: 'retry', error: refusal.reason };
    }
  };

  return {
    verdictOf: async (job, refusal) => {
      if (job.step.kind === 'send' && refusal.kind !== 'unknown')
        await messages.record({ ...keyOf(job), kind: 'not sent' });
      return act(job, refusal);
    },
  };
}
