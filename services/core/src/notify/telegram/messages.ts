import {
  messagesToShow,
  recordMessages,
  type MessageKey,
  type MessageRecord,
  type MessageState,
  type MessageToShow,
} from '@live-calls/shared/db';
import { gathered } from '@live-calls/shared/runtime';
import type pg from 'pg';

/** Messages as they are stored, those of many deliveries in one statement. */
export interface Messages {
  /** Null when the message or its subscriber is gone. */
  read(key: MessageKey): Promise<MessageToShow | null>;
  /** @returns what is stored now; null as `recordMessages` has it */
  record(record: MessageRecord): Promise<MessageState | null>;
}

export function createMessages(pool: pg.Pool): Messages {
  const read = gathered((keys: readonly MessageKey[]) => messagesToShow(pool, keys));
  const recordTogether = gathered((records: readonly MessageRecord[]) => recordMessages(pool, records, 'skip'));
  return {
    read,
    record: async (record) =>
      (await recordTogether(record)) ?? (await recordMessages(pool, [record], 'wait'))[0] ?? null,
  };
}
