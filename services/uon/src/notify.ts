import type { ClientProfile } from '@live-calls/shared/contracts';
import { CrmError, NoAnswer, type CallContext } from '@live-calls/shared/runtime';
import { createClient } from './client.js';
import { isPast } from './course.js';
import type { Managers } from './managers.js';
import { notificationFields, notificationText, profileOf } from './mapping.js';
import { findOwner } from './owner.js';

type Context = CallContext<'uon'>;

/** The notification does not wait longer for each answer about the client's name. ms */
const HURRY = 1_500;

/** Tells each manager who rings of the call, once a call. */
export async function notify(context: Context, managers: Managers): Promise<void> {
  const { call, origin, ledger, config } = context;
  if (origin !== 'live') return;
  const done = await ledger.done();
  if (isPast(call, done)) return;
  const left = (await ringingIds(context, managers)).filter((id) => !done.includes(stepOf(id)));
  if (left.length === 0) return;

  const client = createClient(context);
  const text = notificationText(call, await nameOf(context));
  const refusals: CrmError[] = [];
  for (const id of left) {
    try {
      const fields = notificationFields(text, id, config);
      await ledger.once(stepOf(id), 'report', () => client.createNotification(fields));
    } catch (error) {
      if (!isAboutOne(error)) throw error;
      refusals.push(error);
    }
  }
  if (refusals[0] !== undefined) throw refusals[0];
}

async function ringingIds(context: Context, managers: Managers): Promise<string[]> {
  const { call, note } = context;
  const ids = new Set<string>();
  for (const who of call.ringing) {
    const id = await managers.idOf(context, who);
    if (id === undefined) note(`В U-ON нет менеджера с номером ${who}: уведомление не показано.`);
    else ids.add(id);
  }
  return [...ids];
}

/** Who the client is, when U-ON says so in time: a notification without a name is better than a late one. */
async function nameOf(context: Context): Promise<ClientProfile | null> {
  try {
    const owner = await findOwner(context, createClient(context, HURRY), context.call.phone);
    return owner === undefined ? null : profileOf(owner, null);
  } catch (error) {
    if (error instanceof CrmError || error instanceof NoAnswer) return null;
    throw error;
  }
}

const stepOf = (managerId: string): string => `notify:${managerId}`;

/** It says nothing of the other managers' notifications. */
const isAboutOne = (error: unknown): error is CrmError =>
  error instanceof CrmError && (error.facts.kind === 'rejected' || error.facts.kind === 'unknown');
