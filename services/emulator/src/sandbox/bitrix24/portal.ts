import { BoundedMap } from '../crm/boundedMap.js';
import { Cards } from '../crm/cards.js';
import { MANAGERS, type Manager } from '../crm/people.js';

/** A call of telephony, from `register` on. */
export interface Call {
  callId: string;
  /** What makes two registrations the same call. */
  key: string;
  registeredAt: number;
  /** When it began, Unix milliseconds. */
  startedAt: number;
  /** When it was last changed, ISO 8601, UTC. */
  at: string;
  userId: number;
  phone: string;
  type: number;
  line: string;
  externalCallId: string | null;
  entityType: string | null;
  entityId: number | null;
  /** Undefined while it goes on. */
  finished?: { id: number; duration: number; statusCode: string; activityId: number };
  record?: { fileId: number; name: string };
}

export interface Portal {
  /** By CALL_ID. */
  calls: BoundedMap<string, Call>;
  /** By call and user. */
  cards: Cards;
  /** Calls by the token of the address that their recording is sent to. */
  uploads: BoundedMap<string, { callId: string; name: string }>;
  nextId(): number;
  clear(): void;
}

export const USER_IDS: Readonly<Record<string, number>> = { '150': 31, '151': 32, '152': 33 };

export function findUser(userId: number): Manager | undefined {
  return MANAGERS.find(({ extension }) => USER_IDS[extension] === userId);
}

export function createPortal(): Portal {
  const calls = new BoundedMap<string, Call>(2_000);
  const cards = new Cards();
  const uploads = new BoundedMap<string, { callId: string; name: string }>(500);
  let lastId = 9_000;
  return {
    calls,
    cards,
    uploads,
    nextId: () => ++lastId,
    clear: () => {
      calls.clear();
      cards.clear();
      uploads.clear();
    },
  };
}
