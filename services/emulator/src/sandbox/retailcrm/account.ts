import { BoundedMap } from '../crm/boundedMap.js';
import { Cards } from '../crm/cards.js';
import { MANAGERS } from '../crm/people.js';
import { digitsOf } from '../crm/phones.js';
import type { UploadedCall } from './shapes.js';

const MAX_CALLS = 2_000;

/** A user of the account and the extensions that telephony knows the user by. */
interface User {
  id: number;
  codes: Set<string>;
}

/** A finished call, and when it was uploaded (ISO 8601, UTC). */
export type Upload = UploadedCall & { at: string };

/** What an account remembers of telephony. */
export interface Account {
  /** Whether a module with telephony is active. */
  isTelephonyOn: boolean;
  users: readonly User[];
  /** By `externalId`; those without one under a key of their own. */
  calls: BoundedMap<string, Upload>;
  /** By user and phone. */
  cards: Cards;
  clear(): void;
}

export const USER_IDS: Readonly<Record<string, number>> = { '150': 11, '151': 12, '152': 13 };

/** An account where telephony is set up, with the three managers. */
export function createAccount(): Account {
  const account: Account = {
    isTelephonyOn: true,
    users: [],
    calls: new BoundedMap(MAX_CALLS),
    cards: new Cards(),
    clear: () => {
      account.isTelephonyOn = true;
      account.users = MANAGERS.map(({ n, extension }) => ({
        id: USER_IDS[extension] ?? n,
        codes: new Set([extension]),
      }));
      account.calls.clear();
      account.cards.clear();
    },
  };
  account.clear();
  return account;
}

export function cardKey(userId: number, phone: string): string {
  return `${userId} ${digitsOf(phone)}`;
}
