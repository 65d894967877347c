import { isPhone, readNumber, samePhone } from '@live-calls/shared/phone';
import type { CrmContext } from '@live-calls/shared/runtime';
import type { Manager } from './answers.js';
import { createClient } from './client.js';

type Context = CrmContext<'uon'>;

/** Which manager of U-ON has which extension: what the enterprise says in `user_extensions`, else what U-ON says. */
export interface Managers {
  /** @param who an extension, or a mobile in E.164 @returns undefined: U-ON knows nobody who works with it */
  idOf(context: Context, who: string): Promise<string | undefined>;
  extensionOf(context: Context, managerId: string): Promise<string | null>;
}

interface Known {
  /** Whose managers these are: another key is another account. */
  account: string;
  readAt: number;
  list: Promise<Manager[]>;
}

/** U-ON lets ten requests a second through, and managers change rarely: their list is asked for this often. ms */
const MAX_AGE = 5 * 60_000;

/** @param now Unix milliseconds */
export function createManagers(now: () => number = Date.now): Managers {
  const known = new Map<string, Known>();

  function listOf(context: Context): Promise<Manager[]> {
    const { enterprise, config } = context;
    const account = `${config.api_url} ${config.api_key}`;
    const last = known.get(enterprise.number);
    if (last?.account === account && now() - last.readAt < MAX_AGE) return last.list;
    const entry = { account, readAt: now(), list: createClient(context).listManagers() };
    known.set(enterprise.number, entry);
    entry.list.catch(() => {
      if (known.get(enterprise.number) === entry) known.delete(enterprise.number);
    });
    return entry.list;
  }

  return {
    idOf: async (context, who) => {
      const told = Object.entries(context.config.user_extensions).find(([, extension]) => isOne(extension, who));
      if (told !== undefined) return told[0];
      const { country } = context.enterprise;
      const owners = (await listOf(context)).filter(({ works }) => works);
      const owner = isPhone(who)
        ? owners.find(({ phones }) => phones.some((phone) => samePhone(readNumber(phone, country), who)))
        : owners.find(({ extensions }) => extensions.includes(who));
      return owner?.id ?? undefined;
    },
    extensionOf: async (context, managerId) => {
      const told = context.config.user_extensions[managerId];
      if (told !== undefined) return told;
      const manager = (await listOf(context)).find(({ id, works }) => id === managerId && works);
      return manager?.extensions[0] ?? null;
    },
  };
}

const isOne = (extension: string, who: string): boolean => extension === who || samePhone(extension, who);
