import type { CallContext } from '@live-calls/shared/runtime';

type Ledger = CallContext<'uon'>['ledger'];

const TALK = 'talk';
const OVER = 'over';

/** U-ON has nothing to hide when somebody answers; a dial that comes later must not flash up. */
export const rememberTalk = (ledger: Ledger): Promise<void> => remember(ledger, TALK);

/** No notification from now on, whatever becomes of the entry in the journal. */
export const rememberEnd = (ledger: Ledger): Promise<void> => remember(ledger, OVER);

/**
 * Whether the client is not waiting for somebody to answer any more.
 *
 * @param done steps of the ledger
 */
export const isPast = ({ state }: CallContext<'uon'>['call'], done: readonly string[]): boolean =>
  state === 'talk' || state === 'final' || done.includes(TALK) || done.includes(OVER);

async function remember(ledger: Ledger, step: string): Promise<void> {
  await ledger.once(step, 'repeat', () => Promise.resolve(null));
}
