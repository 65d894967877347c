import type { Crm } from '@live-calls/shared/contracts';
import { readAnswer, readFailure, type AdapterAnswer } from './adapterAnswer.js';

interface AdapterClientOptions {
  crm: Crm;
  /** e.g. `http://127.0.0.1:8019`. */
  url: string;
  /** Proves to an adapter on another machine who asks. */
  internalToken: string | undefined;
  timeoutMs: number;
}

export interface AdapterClient {
  /** Hands an event over; never throws. */
  post(event: unknown, signal: AbortSignal): Promise<AdapterAnswer>;
  /** Whether it answers; never throws. */
  isThere(signal: AbortSignal): Promise<boolean>;
}

export function createAdapterClient({ crm, url, internalToken, timeoutMs }: AdapterClientOptions): AdapterClient {
  const headers = {
    'content-type': 'application/json',
    ...(internalToken !== undefined && { 'x-internal-token': internalToken }),
  };
  const post = async (event: unknown, signal: AbortSignal): Promise<AdapterAnswer> => {
    try {
      const response = await fetch(`${url}/internal/${crm}/call-event`, {
        method: 'POST',
        headers,
        body: JSON.stringify(event),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return readAnswer(response.status, await response.text());
    } catch (error) {
      return signal.aborted ? { kind: 'abandoned' } : readFailure(error);
    }
  };
  return {
    post,
    isThere: async (signal) => {
      // Not an event: whoever knows the route refuses it, and does nothing.
      const { kind } = await post({}, signal);
      return kind === 'refused' || kind === 'gone' || kind === 'outcome';
    },
  };
}
