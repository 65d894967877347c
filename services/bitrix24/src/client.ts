import { CrmError, withQuickTries, type CrmAnswer, type CrmContext, type CrmRequest } from '@live-calls/shared/runtime';
import type { z } from 'zod';
import { Envelope } from './answers.js';
import type { OperatingTimes } from './operatingTimes.js';
import { refusalOf } from './refusal.js';

type Context = Pick<CrmContext<'bitrix24'>, 'config' | 'http'>;

export interface CallOptions {
  /** Of each try. */
  timeoutMs?: number;
  /** Default 3. */
  tries?: number;
}

/** A portal's REST API. */
export interface Portal {
  /**
   * Calls a method. Every one of them may be repeated: the portal recognises a call that was registered, a card that is
   * shown, a file that is attached; what was finished it does not find.
   *
   * @throws CrmError when the portal did not do it, NoAnswer when it did not say
   */
  call<T>(method: string, parameters: object, result: z.ZodType<T>, options?: CallOptions): Promise<T>;
  /** Sends a file to an address that the portal has given. @throws as `call` does */
  upload<T>(url: string, file: FormData, result: z.ZodType<T>, timeoutMs: number): Promise<T>;
}

/** The portal counts when a request arrives: what was sent evenly arrives in bunches. Requests */
const SPARE = 2;

/** The webhook's address is a key: it is not to be told to anybody, errors included. */
export function createPortal({ config, http }: Context, operating: OperatingTimes): Portal {
  const webhook = webhookOf(config.incoming_webhook);
  const { host } = new URL(webhook);
  const limit = {
    name: 'portal',
    // Of the portal and our address: two webhooks have one budget.
    per: 'host' as const,
    burst: Math.max(1, config.request_burst - SPARE),
    perSecond: config.requests_per_second,
  };

  async function ask<T>(method: string, request: CrmRequest, result: z.ZodType<T>): Promise<T> {
    const held = operating.heldFor(host, method);
    if (held > 0)
      throw new CrmError(`${method}: its operating time is used up`, {
        kind: 'limited',
        retryAfterMs: held,
        onlyThis: true,
      });
    return resultOf(method, await http.request({ ...request, limit }), result);
  }

  function resultOf<T>(method: string, answer: CrmAnswer, result: z.ZodType<T>): T {
    const { status, json } = answer;
    const envelope = Envelope.safeParse(json).data;
    const resetAt = envelope?.time?.operating_reset_at;
    if (resetAt !== undefined) operating.heard(host, method, resetAt * 1_000);
    if (status !== 200 || envelope?.result === undefined) {
      const isUsedUp = status === 429;
      throw refusalOf(method, answer, isUsedUp ? operating.hold(host, method) : undefined);
    }
    const read = result.safeParse(envelope.result);
    if (!read.success) throw new CrmError(`${method}: an answer of another shape`, { kind: 'unavailable' });
    return read.data;
  }

  return {
    call: (method, parameters, result, { tries = 3, ...timeout } = {}) => {
      const body = JSON.stringify(parameters);
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const request = { method: 'POST' as const, url: `${webhook}/${method}`, headers, body, ...timeout };
      return withQuickTries(() => ask(method, request, result), { mayRepeat: true, tries });
    },
    upload: (url, file, result, timeoutMs) => ask('upload', { method: 'POST', url, body: file, timeoutMs }, result),
  };
}

/** People paste the address with the name of a method behind it. */
export function webhookOf(address: string): string {
  const found = /^https?:\/\/[^?#]+?\/rest\/\d+\/[^/?#]+/.exec(address)?.[0];
  if (found !== undefined) return found;
  throw new CrmError('incoming_webhook is not the address of a webhook', {
    kind: 'configuration',
    advice: 'incoming_webhook в разделе bitrix24 должен быть вида https://портал.bitrix24.ru/rest/1/код/.',
  });
}
