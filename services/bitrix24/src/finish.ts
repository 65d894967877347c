import { CrmError, NoAnswer, withQuickTries } from '@live-calls/shared/runtime';
import { Finished } from './answers.js';
import { begin, requireUser, type BegunCall, type Call } from './begin.js';
import type { Portal } from './client.js';
import { creditedOf, finishOf } from './mapping.js';
import { CallNotFound } from './refusal.js';
import { userIdOf, userOf } from './users.js';

const METHOD = 'telephony.externalCall.finish';

/** The step of a call that the portal has forgotten. */
const LOST = 'lost';
const AGAIN = ':again';

/**
 * Puts the call down in the portal's journal, once.
 *
 * @returns CALL_ID of the entry
 */
export async function finish(context: Call, portal: Portal, begun: BegunCall): Promise<string> {
  const { call, config, ledger, note } = context;
  const credited = creditedOf(call);
  const user = requireUser(userOf(config, credited));
  const isStranger = credited.length > 0 && credited.every((each) => userIdOf(config, each) === undefined);
  if (isStranger) note(`в user_extensions нет номера ${credited.join(', ')}: звонок записан не на его сотрудника`);

  const put = ({ callId }: BegunCall, suffix: string): Promise<string> =>
    putDown(context, portal, { callId, parameters: finishOf(call, callId, user), suffix });
  if (!(await ledger.done()).includes(LOST)) {
    try {
      return await put(begun, '');
    } catch (error) {
      if (!(error instanceof CallNotFound)) throw error;
      await ledger.once(LOST, 'repeat', () => Promise.resolve(null));
    }
  }
  // It rang long ago or was cleared away: one more registration is better than a journal without the call.
  return put(await begin(context, portal, [], AGAIN), AGAIN);
}

interface Entry {
  callId: string;
  parameters: object;
  /** Of the step. */
  suffix: string;
}

/** @throws CallNotFound when the portal does not know the call and cannot have finished it */
async function putDown(context: Call, portal: Portal, { callId, parameters, suffix }: Entry): Promise<string> {
  const entry = await context.ledger.once(`finish${suffix}`, 'repeat', async (isRepeated) => {
    let mayBeDone = isRepeated;
    const attempt = async (): Promise<void> => {
      try {
        await portal.call(METHOD, parameters, Finished, { tries: 1 });
      } catch (error) {
        if (error instanceof CallNotFound && mayBeDone) return;
        if (!isPassing(error)) throw error;
        mayBeDone ||= mayHaveBeenDone(error);
        // The ledger has to remember it: a call that is not found the next time was finished now.
        throw mayBeDone ? new NoAnswer(error.message, true) : error;
      }
    };
    await withQuickTries(attempt, { mayRepeat: true });
    return { callId };
  });
  return entry.callId;
}

const isPassing = (error: unknown): error is NoAnswer | CrmError =>
  error instanceof NoAnswer || (error instanceof CrmError && ['unavailable', 'limited'].includes(error.facts.kind));

/** A portal that is not well may have done it all the same. */
const mayHaveBeenDone = (error: NoAnswer | CrmError): boolean =>
  error instanceof NoAnswer ? error.sent : error.facts.kind === 'unavailable';
