import { createBucket, type Bucket, type BucketOptions } from './bucket.js';

/** Whose turn it is, by bot and chat. In memory only: what it forgets in a restart, a 429 tells again. */
export interface Pacer {
  /** Milliseconds to wait; 0: go now, it is counted, and `finished` must be called after it. */
  begin(botToken: string, chatId: number, message: { id: string; urgent: boolean }): number;
  finished(botToken: string, chatId: number): void;
  /** Telegram asked for it. */
  blockChat(botToken: string, chatId: number, ms: number): void;
  blockBot(botToken: string, ms: number): void;
}

interface Lane {
  /** As long as Telegram does not complain. */
  usual: Bucket[];
  /** For a while after it did. */
  careful: Bucket[];
  carefulUntil: number;
  blockedUntil: number;
  inFlight: number;
}

interface Budgets {
  usual: readonly BucketOptions[];
  careful: readonly BucketOptions[];
}

// The known limits are about 30 a second of a bot and 20 a minute of a group: burst and refill together stay below. That
// of a chat, about 1 a second, is only enforced now and then, and calls come in bursts: a chat is slowed down when
// Telegram asks for it, not before, since a message that waits without need is late.
const BOT_BUDGET: readonly BucketOptions[] = [{ burst: 10, perSecond: 20, kept: 3 }];
const BOT: Budgets = { usual: BOT_BUDGET, careful: BOT_BUDGET };
const CHAT: Budgets = {
  usual: [{ burst: 10, perSecond: 10, kept: 1 }],
  careful: [{ burst: 2, perSecond: 1, kept: 1 }],
};
const GROUP: Budgets = {
  usual: [...CHAT.usual, { burst: 8, perSecond: 0.2, kept: 3 }],
  careful: [...CHAT.careful, { burst: 5, perSecond: 0.2, kept: 2 }],
};

const CAREFUL_MS = 600_000;

/** A chat that does not answer holds no more than this many of the worker's places. */
const IN_FLIGHT_PER_CHAT = 4;
const BUSY_WAIT_MS = 1_000;

/** Lanes that are kept before the idle ones are swept out. */
const MANY_LANES = 5_000;

/** @param now milliseconds of a clock that does not jump */
export function createPacer(now: () => number): Pacer {
  const lanes = new Map<string, Lane>();

  const laneOf = (key: string, { usual, careful }: Budgets): Lane => {
    let lane = lanes.get(key);
    if (!lane) {
      if (lanes.size >= MANY_LANES) removeIdle(lanes, now());
      lane = {
        usual: usual.map(createBucket),
        careful: careful.map(createBucket),
        carefulUntil: 0,
        blockedUntil: 0,
        inFlight: 0,
      };
      lanes.set(key, lane);
    }
    return lane;
  };
  const botLane = (botToken: string): Lane => laneOf(botToken, BOT);
  const chatLane = (botToken: string, chatId: number): Lane =>
    laneOf(`${botToken} ${chatId}`, chatId < 0 ? GROUP : CHAT);

  return {
    begin: (botToken, chatId, { id, urgent }) => {
      const at = now();
      const chat = chatLane(botToken, chatId);
      const bot = botLane(botToken);
      const blocked = Math.max(chat.blockedUntil, bot.blockedUntil) - at;
      if (blocked > 0) return Math.ceil(blocked);
      if (chat.inFlight >= IN_FLIGHT_PER_CHAT) return BUSY_WAIT_MS;
      const buckets = [chat, bot].flatMap((lane) => (at < lane.carefulUntil ? lane.careful : lane.usual));
      const wait = Math.max(...buckets.map((bucket) => bucket.waitMs(at, id, urgent)));
      if (wait > 0) return wait;
      for (const bucket of buckets) bucket.take(at, id);
      chat.inFlight += 1;
      return 0;
    },
    finished: (botToken, chatId) => {
      chatLane(botToken, chatId).inFlight -= 1;
    },
    blockChat: (botToken, chatId, ms) => {
      const lane = chatLane(botToken, chatId);
      lane.blockedUntil = Math.max(lane.blockedUntil, now() + ms);
      lane.carefulUntil = lane.blockedUntil + CAREFUL_MS;
    },
    blockBot: (botToken, ms) => {
      const lane = botLane(botToken);
      lane.blockedUntil = Math.max(lane.blockedUntil, now() + ms);
    },
  };
}

function removeIdle(lanes: Map<string, Lane>, at: number): void {
  for (const [key, lane] of lanes) {
    const isIdle = [...lane.usual, ...lane.careful].every((bucket) => bucket.isIdle(at));
    if (lane.inFlight === 0 && lane.blockedUntil < at && lane.carefulUntil < at && isIdle) {
      lanes.delete(key);
    }
  }
}
