import { chatType, type ChatId } from './chat.js';

interface Limit {
  requests: number;
  perMs: number;
  /** What shares the limit; undefined: it does not apply. */
  key: (bot: number, chatId: ChatId) => string | undefined;
}

/** About what Telegram allows. It names 1 a second for a chat and tolerates short bursts, so three in three seconds. */
const LIMITS: readonly Limit[] = [
  { requests: 30, perMs: 1_000, key: (bot) => `bot ${bot}` },
  { requests: 3, perMs: 3_000, key: (bot, chatId) => `chat ${bot} ${chatId}` },
  {
    requests: 20,
    perMs: 60_000,
    key: (bot, chatId) => (chatType(chatId) === 'private' ? undefined : `group ${bot} ${chatId}`),
  },
];

const MAX_KEYS = 10_000;

export interface Limits {
  turn(on: boolean): void;
  isOn(): boolean;
  /** Counts a request. @returns seconds to wait when a limit is used up (then it is not counted), else undefined */
  use(bot: number, chatId: ChatId): number | undefined;
}

/** Telegram's flood limits; off until they are asked for, so that nobody waits without need. */
export function createLimits(now: () => number): Limits {
  const used = new Map<string, number[]>();
  let on = false;

  return {
    turn: (wanted) => {
      on = wanted;
      used.clear();
    },
    isOn: () => on,
    use: (bot, chatId) => {
      if (!on) return undefined;
      if (used.size > MAX_KEYS) used.clear();
      const windows = LIMITS.flatMap((limit) => {
        const key = limit.key(bot, chatId);
        if (key === undefined) return [];
        const times = (used.get(key) ?? []).filter((time) => time > now() - limit.perMs);
        return [{ limit, key, times }];
      });
      const waits = windows.map(({ limit, times }) => {
        const first = times.at(-limit.requests);
        return first === undefined ? 0 : Math.max(1, Math.ceil((first + limit.perMs - now()) / 1_000));
      });
      const wait = Math.max(...waits);
      if (wait > 0) return wait;
      for (const { key, times } of windows) used.set(key, [...times, now()]);
      return undefined;
    },
  };
}
