import { NoAnswer, type CrmAnswer, type CrmHttp, type CrmRequest } from '@live-calls/shared/runtime';

/** An answer of U-ON: a status and JSON, or a page; or none at all. */
export type Scripted = { status: number; json?: unknown; html?: string; headers?: Record<string, string> } | NoAnswer;

export interface ScriptedHttp extends CrmHttp {
  /** What was asked, in order. */
  requests: CrmRequest[];
}

/** Answers one after the other; the last one again and again. */
export function scriptedHttp(...script: Scripted[]): ScriptedHttp {
  const requests: CrmRequest[] = [];
  return {
    requests,
    request: (request) => {
      const next = script[Math.min(requests.length, script.length - 1)];
      requests.push(request);
      if (next === undefined || next instanceof NoAnswer) return Promise.reject(next ?? new Error('nothing scripted'));
      return Promise.resolve(answerOf(next));
    },
  };
}

function answerOf({ status, json, html, headers = {} }: Exclude<Scripted, NoAnswer>): CrmAnswer {
  const text = html ?? JSON.stringify(json);
  return { status, headers, body: Buffer.from(text), text, json };
}
