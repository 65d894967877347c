import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TestEmulator } from './emulatorServer.js';

const Exchange = z
  .object({
    method: z.string().optional(),
    path: z.string().optional(),
    query: z.record(z.string(), z.string()).optional(),
    form: z.record(z.string(), z.unknown()).optional(),
    json: z.record(z.string(), z.unknown()).optional(),
    params: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean() })).optional(),
  })
  .loose();
const Answered = z.object({ status: z.number(), json: z.unknown().optional() }).loose();
const Case = z.object({ request: Exchange.optional(), response: Answered.optional() }).loose();
const Sample = Case.extend({ cases: z.array(Case).optional() });

/** A recorded request and answer of a CRM, by the name of its file. */
export function sample(name: string): z.infer<typeof Sample> {
  return Sample.parse(
    JSON.parse(readFileSync(new URL(`../fixtures/crm-samples/${name}.json`, import.meta.url), 'utf8')),
  );
}

/** A sample of several exchanges. */
export function cases(name: string): z.infer<typeof Case>[] {
  return sample(name).cases ?? [];
}

const View = z.object({
  requests: z.array(
    z
      .object({
        endpoint: z.string(),
        method: z.string(),
        path: z.string(),
        headers: z.record(z.string(), z.string()),
        body: z.unknown(),
        status: z.number().nullable(),
        answer: z.unknown(),
        fault: z.string().optional(),
        at: z.string(),
      })
      .loose(),
  ),
  violations: z.array(z.object({ message: z.string(), request: z.object({ path: z.string() }).loose() }).loose()),
  calls: z.array(z.object({ phone: z.string() }).loose()),
  cards: z.array(z.object({ phone: z.string(), extension: z.string().nullable() }).loose()),
});

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

export interface CrmStage {
  ask: (method: string, path: string, options?: Pick<RequestInit, 'headers' | 'body'>) => Promise<Answer>;
  view: (query?: string) => Promise<z.infer<typeof View>>;
  /** What was wrong so far, one sentence each. */
  violations: () => Promise<string[]>;
  /** Who sees a card now. */
  cards: () => Promise<(string | null)[]>;
}

/** A CRM of the emulator as a client and as an onlooker meet it. */
export function stageOf({ url }: TestEmulator, crm: string): CrmStage {
  const view: CrmStage['view'] = async (query = '') =>
    View.parse(await (await fetch(`${url}/api/sandbox/${crm}${query}`)).json());
  return {
    view,
    ask: async (method, path, { headers = {}, body } = {}) => {
      const response = await fetch(`${url}/sandbox/${crm}${path}`, { method, headers, body: body ?? null });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    },
    violations: async () => (await view()).violations.map(({ message }) => message),
    cards: async () => (await view()).cards.map(({ extension }) => extension),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A form whose nested fields are JSON, as RetailCRM's clients send them. */
export function formOf(fields: Readonly<Record<string, unknown>>): URLSearchParams {
  const texts = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(Object.fromEntries(texts) as Record<string, string>);
}

/** Where an answer's types differ from a sample's, and what it has that the sample does not know. */
export function differences(actual: unknown, known: unknown, path = ''): string[] {
  if (actual === null || known === null) return [];
  if (Array.isArray(actual) && Array.isArray(known)) {
    const first: unknown = known[0];
    return first === undefined ? [] : actual.flatMap((each) => differences(each, first, `${path}[]`));
  }
  if (kindOf(actual) !== kindOf(known)) return [`${path}: ${kindOf(actual)}, not ${kindOf(known)}`];
  if (typeof actual !== 'object' || typeof known !== 'object') return [];
  return Object.entries(actual).flatMap(([name, value]) =>
    name in known ? differences(value, Reflect.get(known, name), `${path}.${name}`) : [`${path}.${name}: unknown`],
  );
}

/** What a sample has at the top and an answer has not. */
export function missing(actual: unknown, known: unknown): string[] {
  if (typeof actual !== 'object' || actual === null || typeof known !== 'object' || known === null)
    return ['no object'];
  return Object.keys(known).filter((name) => !(name in actual));
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
