import type { CallContext } from '@live-calls/shared/runtime';

type Call = Pick<CallContext<'uon'>, 'call' | 'ledger'>;

const OVER = 'over';
const TALK = 'talk:';

/** U-ON has nothing to hide when somebody answers; a dial from before must not flash up after it. */
export const rememberTalk = ({ call, ledger }: Call): Promise<void> => remember(ledger, `${TALK}${call.talked.length}`);

/** No notification from now on, whatever becomes of the entry in the journal. */
export const rememberEnd = ({ ledger }: Call): Promise<void> => remember(ledger, OVER);

/**
 * Whether this view of a ringing call is out of date: it is over, or more people have talked than the view knows of.
 *
 * @param done steps of the ledger
 */
export function isPast({ state, talked }: Call['call'], done: readonly string[]): boolean {
  const talkers = done.filter((step) => step.startsWith(TALK)).map((step) => Number(step.slice(TALK.length)));
  return state === 'final' || done.includes(OVER) || talkers.some((count) => count > talked.length);
}

async function remember(ledger: Call['ledger'], step: string): Promise<void> {
  await ledger.once(step, 'repeat', () => Promise.resolve(null));
}
