/** What a statement does with rows that somebody else is writing. */
export type Locked = 'wait' | 'skip';

/** As SQL has it, after `for update`. */
export const locking = (locked: Locked): string => (locked === 'skip' ? 'skip locked' : '');
