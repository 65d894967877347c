import type { Answer } from './answer.js';
import type { Route } from './crm.js';
import type { Exchange } from './exchange.js';

/** An endpoint as a row of a table; `:name` in the path stands for anything without a slash. */
export interface Row {
  /** As people and faults name it. */
  name: string;
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  answer: (exchange: Exchange, params: Readonly<Record<string, string>>) => Answer;
}

interface Match {
  row: Row;
  params: Readonly<Record<string, string>>;
}

interface Unknown {
  /** @param allowed the methods that this path would take, none when nobody knows it */
  answer: (allowed: readonly string[]) => Answer;
  /** Without a key in it. */
  name?: string;
}

/** Where a request goes by a table of rows. Asking for what is not in it is a mistake of the integration's. */
export function routeBy(rows: readonly Row[], exchange: Exchange, unknown: Unknown): Route {
  const found = findRow(rows, exchange);
  if (!Array.isArray(found)) {
    const { row, params } = found;
    return { name: row.name, answer: () => row.answer(exchange, params) };
  }
  const name = unknown.name ?? exchange.path;
  return {
    name,
    answer: () => {
      exchange.violate(`${exchange.method} ${name}: такого метода в API нет.`);
      return unknown.answer(found);
    },
  };
}

function findRow(rows: readonly Row[], { method, path }: Pick<Exchange, 'method' | 'path'>): Match | string[] {
  const matches = rows.flatMap((row) => {
    const params = paramsOf(row.path, path);
    return params === undefined ? [] : [{ row, params }];
  });
  return matches.find(({ row }) => row.method === method) ?? matches.map(({ row }) => row.method);
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^:(\w+)(\..+)?$/.exec(part);
    if (name === null) {
      if (value !== part) return undefined;
      continue;
    }
    const ending = name[2] ?? '';
    if (!value.endsWith(ending) || value.length === ending.length) return undefined;
    params[name[1] ?? ''] = decodePart(value.slice(0, value.length - ending.length));
  }
  return params;
}

/** A part of a path as it was meant. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
