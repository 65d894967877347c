import { proxyPage, Refused, type Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { read, type Problem } from '../crm/problems.js';
import type { z } from 'zod';

/** What RetailCRM says when it does what is asked. */
export function done(data: object = {}): Answer {
  return { status: 200, json: { success: true, ...data } };
}

export function failed(status: number, errorMsg: string, errors?: object): Answer {
  return { status, json: { success: false, errorMsg, ...(errors === undefined ? {} : { errors }) } };
}

/** Over the limit: 503, and no word on how long. */
export const OVER_LIMIT = failed(503, 'Service Temporarily Unavailable');

/** What answers where no account is. */
export const NO_ACCOUNT = proxyPage(405, 'Not Allowed');

/** As its clients' tests show it: a string, and 200. */
export function notEnabled(what: string): Answer {
  return { status: 200, json: { success: 'false', errorMsg: what } };
}

/**
 * Reads what a request holds and writes down what is wrong with it.
 *
 * @throws Refused when RetailCRM would not take it
 */
export function accept<T>(exchange: Exchange, endpoint: string, schema: z.ZodType<T>, given: unknown): T {
  const { data, problems, ignored } = read(schema, given);
  for (const { sentence } of [...problems, ...ignored]) exchange.violate(`${endpoint}: ${sentence}.`);
  if (data === undefined) throw new Refused(failed(400, 'Errors in the entity format', errorsOf(problems)));
  return data;
}

function errorsOf(problems: readonly Problem[]): Record<string, string> {
  const said = ({ kind, path }: Problem): string =>
    kind === 'missing' ? `${path} must be provided` : 'This value is not valid.';
  return Object.fromEntries(problems.map((problem) => [problem.path, said(problem)]));
}
