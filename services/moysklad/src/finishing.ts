import { withQuickTries } from '@live-calls/shared/runtime';
import { finishOf, missingFrom, openedCall, supplementOf } from './mapping.js';
import { askedAt, markAsked, writeCall, type Writer } from './writing.js';

/**
 * Tells how the call ended. The answer says what MoySklad has: the recording and the comment are added when they are not
 * there, so that a repetition does not add them twice.
 */
export async function finishCall(writer: Writer): Promise<void> {
  const { context, client } = writer;
  const { call, config, ledger, note } = context;
  const finish = finishOf(call, config);
  const supplement = supplementOf(call, config);
  let mayBeThere = (await askedAt(writer)) !== undefined;
  await markAsked(writer);
  const attempt = async (): Promise<{ id: string }> => {
    const isRepeated = mayBeThere;
    mayBeThere = true;
    const whole = { ...openedCall(call, config), ...finish, ...supplement };
    const { stored, isNew } = await writeCall(writer, isRepeated, finish, whole);
    const missing = isNew ? undefined : missingFrom(stored, supplement);
    if (missing !== undefined) await client.updateCall(call.external_id, missing);
    if (finish.extension !== undefined && !stored.employee)
      note(`В МойСклад нет сотрудника с добавочным ${finish.extension}: звонок записан без сотрудника`);
    return { id: stored.id };
  };
  await ledger.once('finish', 'repeat', () => withQuickTries(attempt, { mayRepeat: true }));
}
