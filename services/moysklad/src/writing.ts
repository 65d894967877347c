import { CrmError, type CallContext } from '@live-calls/shared/runtime';
import { z } from 'zod';
import type { MoyskladClient } from './client.js';
import type { CallChange, NewCall } from './mapping.js';
import { isNoEmployee } from './refusal.js';
import type { StoredCall } from './shapes.js';

/** Whoever writes to a call of MoySklad's, and with what. */
export interface Writer {
  context: CallContext<'moysklad'>;
  client: MoyskladClient;
  /** Unix milliseconds. */
  now: () => number;
}

const ASKED = 'asked';
const Asked = z.object({ at: z.number() });

/** When MoySklad was first asked to create the call, Unix milliseconds; undefined: never. */
export async function askedAt({ context: { ledger } }: Writer): Promise<number | undefined> {
  return Asked.safeParse(await ledger.resultOf(ASKED)).data?.at;
}

/** Remembers that MoySklad is going to be asked; to be called before the step that asks. */
export async function markAsked({ context: { ledger }, now }: Writer): Promise<number> {
  return Asked.parse(await ledger.once(ASKED, 'repeat', () => Promise.resolve({ at: now() }))).at;
}

interface Written {
  stored: StoredCall;
  /** It was created, with all of `whole`. */
  isNew: boolean;
}

/**
 * Adds to a call, or creates it. What a second POST with the same id does is not documented: once MoySklad was asked to
 * create the call it is changed first, and created only when there is none.
 */
export async function writeCall(
  { context, client }: Writer,
  mayBeThere: boolean,
  change: CallChange,
  whole: NewCall,
): Promise<Written> {
  const { external_id: id } = context.call;
  const isChanged = mayBeThere
    ? await withoutUnknownEmployee(context, change, (body) => client.updateCall(id, body))
    : undefined;
  if (isChanged !== undefined) return { stored: isChanged, isNew: false };
  const created = await withoutUnknownEmployee(context, whole, (body) => client.createCall(body));
  if (created !== undefined) return { stored: created, isNew: true };
  const stored = await withoutUnknownEmployee(context, change, (body) => client.updateCall(id, body));
  if (stored !== undefined) return { stored, isNew: false };
  throw new CrmError('MoySklad has the call when it is created and has it not when it is changed', {
    kind: 'unavailable',
  });
}

/** A wrong employee in the settings does not lose the call: the extension alone is taken as it is. */
async function withoutUnknownEmployee<Body extends CallChange, T>(
  { note }: CallContext<'moysklad'>,
  body: Body,
  send: (body: Body) => Promise<T>,
): Promise<T> {
  try {
    return await send(body);
  } catch (error) {
    if (!isNoEmployee(error) || !namesEmployee(body)) throw error;
    note('МойСклад не нашёл сотрудника из employee_mapping: передан только добавочный');
    return send(withoutEmployees(body));
  }
}

const namesEmployee = ({ employee, events = [] }: CallChange): boolean =>
  [{ employee }, ...events].some((person) => person.employee !== undefined);

function withoutEmployees<Body extends CallChange>(body: Body): Body {
  const bare = { ...body };
  delete bare.employee;
  if (body.events === undefined) return bare;
  return {
    ...bare,
    events: body.events.map(({ eventType, extension, sequence }) => ({ eventType, extension, sequence })),
  };
}
