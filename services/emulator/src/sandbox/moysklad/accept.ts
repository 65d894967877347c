import type { z } from 'zod';
import { Refused } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { read, type Problem } from '../crm/problems.js';
import { describeError, failed, type ErrorCode } from './errors.js';

/**
 * Reads the JSON of a request and writes down what is wrong with it.
 *
 * @throws Refused when MoySklad would not take it
 */
export function accept<T>(exchange: Exchange, endpoint: string, schema: z.ZodType<T>): T {
  const { data, problems, ignored } = read(schema, readJson(exchange, endpoint));
  for (const { sentence } of [...problems, ...ignored]) exchange.violate(`${endpoint}: ${sentence}.`);
  if (data !== undefined) return data;
  const status = problems.some(({ kind, path }) => kind === 'missing' && !isMeta(path)) ? 412 : 400;
  throw new Refused({ status, json: { errors: problems.map(errorOf) } });
}

function readJson(exchange: Exchange, endpoint: string): object {
  const refuse = (code: ErrorCode, sentence: string): Refused => {
    exchange.violate(`${endpoint}: ${sentence}.`);
    return new Refused(failed(400, code));
  };
  if (exchange.contentType !== 'application/json') throw refuse(1037, 'заголовок Content-Type не application/json');
  let json: unknown;
  try {
    json = JSON.parse(exchange.text);
  } catch {
    throw refuse(2001, 'тело запроса не JSON');
  }
  if (Array.isArray(json)) throw refuse(2009, 'тело запроса — список, а нужен один объект');
  if (typeof json !== 'object' || json === null) throw refuse(2005, 'тело запроса не объект');
  return json;
}

/** Fields of a reference to another object. */
function isMeta(path: string): boolean {
  return /\.(href|type)$/.test(path);
}

function errorOf({ kind, path, value, allowed, sentence }: Problem): object {
  const [, owner = '', part = ''] = /^(.+)\.(href|type)$/.exec(path) ?? [];
  if (part === 'href') return describeError(kind === 'missing' ? 2010 : 2013, owner);
  if (part === 'type') return kind === 'missing' ? describeError(2011, owner) : describeError(1051, owner, told(value));
  if (kind === 'missing') return describeError(3000, path);
  if (kind === 'type') return describeError(2016, path, 'поля');
  if (allowed.length > 0) return describeError(3005, told(value), path, allowed.join(', '));
  return describeError(3007, sentence);
}

function told(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
