import type { z } from 'zod';
import type { Exchange } from '../crm/exchange.js';
import { parseForm } from '../crm/form.js';
import { read } from '../crm/problems.js';
import { findManager } from '../crm/people.js';
import { refuse } from './answers.js';
import { findUser, USER_IDS } from './portal.js';

/** Everything arrives as text in a form and typed in JSON; both mean the same. */
export type Input = Readonly<Record<string, unknown>>;

/** Parameters may stand in the address, in a form or in JSON. */
export function inputOf(exchange: Exchange): Input {
  return { ...exchange.query, ...bodyOf(exchange) };
}

function bodyOf({ contentType, text }: Exchange): object {
  if (contentType === 'multipart/form-data') return {}; // a file
  if (contentType !== 'application/json') return parseForm(text);
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}

/** Compares the parameters with the documented ones and writes down what differs. What to do then is up to the method. */
export function check<T>(exchange: Exchange, method: string, schema: z.ZodType<T>, input: Input): T | undefined {
  const isJson = exchange.contentType === 'application/json';
  if (isJson && Object.keys(bodyOf(exchange)).length === 0 && exchange.text.trim() !== '{}') {
    exchange.violate(`${method}: тело запроса не читается как JSON-объект.`);
  }
  const given = Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'auth'));
  const { data, problems, ignored } = read(schema, given);
  for (const { sentence } of [...problems, ...ignored]) exchange.violate(`${method}: ${sentence}.`);
  return data;
}

/** @throws Refused when nobody is meant, or nobody who is there */
export function readUser(exchange: Exchange, method: string, input: Input): number {
  const { USER_ID: id, USER_PHONE_INNER: extension } = input;
  if (!isGiven(id) && !isGiven(extension)) {
    exchange.violate(`${method}: нет ни USER_ID, ни USER_PHONE_INNER.`);
    throw refuse('USER_ID or USER_PHONE_INNER should be set');
  }
  const manager = isGiven(id) ? findUser(Number(id)) : findManager(textOf(extension));
  const userId = manager === undefined ? undefined : USER_IDS[manager.extension];
  if (userId === undefined) {
    exchange.violate(
      `${method}: пользователя ${isGiven(id) ? 'USER_ID' : 'USER_PHONE_INNER'}=${textOf(id ?? extension)} нет.`,
    );
    throw refuse('User is not found or is not active');
  }
  return userId;
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** '' for what is no text and no number. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
