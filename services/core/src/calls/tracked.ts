import type { TrackedCall } from '@live-calls/shared/db';
import type { ClientHistory } from '../notify/callToShow.js';
import type { Call } from './call.js';

/** A call as the database remembers it: times are text there. */
export type StoredView = { [Key in keyof Call]: Call[Key] extends Date | null ? string | null : Call[Key] };

export type Tracked = TrackedCall<StoredView, ClientHistory>;

/** Times are text in the database's JSON. */
export type StoredHistory = Omit<ClientHistory, 'lastAt'> & { lastAt: string };

export const withHistory = (row: TrackedCall<StoredView, StoredHistory>): Tracked => ({
  ...row,
  history: row.history && { ...row.history, lastAt: new Date(row.history.lastAt) },
});

/** The call that a stored view is of. */
export const revived = (view: StoredView): Call => ({
  ...view,
  startedAt: new Date(view.startedAt ?? 0),
  answeredAt: dateOf(view.answeredAt),
  endedAt: dateOf(view.endedAt),
  wakeAt: dateOf(view.wakeAt),
});

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
