import type { Job } from './steps.js';

/** What every log line of a delivery to a chat says; never the token. */
export function factsOf({ delivery, message, step }: Job): Record<string, unknown> {
  return {
    enterprise: delivery.enterpriseNumber,
    call: message.callUuid,
    chat: message.chatId,
    request: `${step.kind} ${step.slot}`,
    attempt: delivery.attempts,
  };
}
