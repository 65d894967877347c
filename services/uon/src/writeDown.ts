import { localTime, type CallContext } from '@live-calls/shared/runtime';
import { createClient } from './client.js';
import { rememberEnd } from './course.js';
import type { Managers } from './managers.js';
import { callFields, creditable } from './mapping.js';

type Context = CallContext<'uon'>;

const JOURNAL = 'journal';

/** One entry in U-ON's journal for the whole call. */
export async function writeDown(context: Context, managers: Managers): Promise<void> {
  const { call, config, ledger, note } = context;
  await rememberEnd(ledger);
  if ((await ledger.done()).includes(JOURNAL)) return;
  const managerId = await creditedId(context, managers);
  if (managerId === undefined && call.extension !== '')
    note(`В U-ON нет менеджера с номером ${call.extension}: звонок записан без менеджера.`);
  const start = localTime(call.started_at, config.timezone ?? call.zone);
  const fields = callFields(call, { start, managerId }, config);
  await ledger.once(JOURNAL, 'report', async () => ({ id: await createClient(context).createCall(fields) }));
}

/** @returns undefined: U-ON knows none of those who may be credited */
async function creditedId(context: Context, managers: Managers): Promise<string | undefined> {
  for (const who of creditable(context.call)) {
    const id = await managers.idOf(context, who);
    if (id !== undefined) return id;
  }
  return undefined;
}
