import { withQuickTries, type CallContext } from '@live-calls/shared/runtime';
import { CLOSED, missingFrom } from './mapping.js';
import { askedAt, type Writer } from './writing.js';

/** The entry of a call that was none is closed. */
const CLOSE = 'close';
const FINISH = 'finish';

/** Of the entry of a call that has come back: what the first one was told is never overwritten. */
const AGAIN = ':again';

/**
 * Closes the entry that came with the card: MoySklad has nothing that deletes it, and without a length it would look like
 * a call that goes on.
 */
export async function closeEntry(writer: Writer): Promise<void> {
  const { client, context } = writer;
  const { call, ledger } = context;
  if ((await askedAt(writer)) === undefined || (await ledger.done()).includes(FINISH)) return;
  const { comment, ...length } = CLOSED;
  const close = async (): Promise<{ id: string | null }> => {
    const stored = await client.updateCall(call.external_id, length);
    const missing = stored && missingFrom(stored, { comment });
    if (missing !== undefined) await client.updateCall(call.external_id, missing);
    return { id: stored?.id ?? null };
  };
  await ledger.once(CLOSE, 'repeat', () => withQuickTries(close, { mayRepeat: true }));
}

/** The call under the id of the entry that can still be told how it ended. */
export async function entryOf(context: CallContext<'moysklad'>): Promise<CallContext<'moysklad'>> {
  const { call, ledger } = context;
  if (!(await ledger.done()).includes(CLOSE)) return context;
  return { ...context, call: { ...call, external_id: `${call.external_id}${AGAIN}` } };
}
