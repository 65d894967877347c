import { expect, it } from 'vitest';
import { createPacer } from '../../../services/core/src/notify/telegram/pacer.js';

const BOT = '1:a';

/** A pacer with a clock to set; `go` begins and ends a request. */
function pacerAt(): {
  clock: { now: number };
  pacer: ReturnType<typeof createPacer>;
  go(chatId: number, id: string, urgent?: boolean): number;
} {
  const clock = { now: 1_000 };
  const pacer = createPacer(() => clock.now);
  return {
    clock,
    pacer,
    go: (chatId, id, urgent = true) => {
      const wait = pacer.begin(BOT, chatId, { id, urgent });
      if (wait === 0) pacer.finished(BOT, chatId);
      return wait;
    },
  };
}

it('lets a burst of calls into a chat of which Telegram has not complained', () => {
  const { go } = pacerAt();
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((n) => go(7, `m${n}`))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

it('sends one a second to a chat of which Telegram has complained, for ten minutes', () => {
  const { clock, pacer, go } = pacerAt();
  pacer.blockChat(BOT, 7, 0);
  expect([1, 2, 3].map((n) => go(7, `m${n}`))).toEqual([0, 0, 1000]);
  clock.now += 1000;
  expect(go(7, 'm3')).toBe(0);
  clock.now += 600_000;
  expect([1, 2, 3, 4, 5].map((n) => go(7, `n${n}`))).toEqual([0, 0, 0, 0, 0]);
});

it('gives those who wait slots of their own, which they keep', () => {
  const { pacer, go } = pacerAt();
  pacer.blockChat(BOT, 7, 0);
  for (let n = 0; n < 2; n += 1) go(7, `m${n}`);
  expect(go(7, 'a')).toBe(1000);
  expect(go(7, 'b')).toBe(2000);
  expect(go(7, 'c')).toBe(3000);
  expect(go(7, 'b')).toBe(2000);
});

it('keeps the last of a budget for final messages', () => {
  const { pacer, go } = pacerAt();
  pacer.blockChat(BOT, 7, 0);
  expect([1, 2].map((n) => go(7, `live${n}`, false))).toEqual([0, 1000]);
  expect(go(7, 'final', true)).toBe(0);
});

it('never sends more than 20 messages a minute to a group', () => {
  const { clock, go } = pacerAt();
  let sent = 0;
  for (let second = 0; second < 60; second += 1) {
    for (let n = 0; n < 5; n += 1) if (go(-100, `m${second}.${n}`) === 0) sent += 1;
    clock.now += 1000;
  }
  expect(sent).toBeLessThanOrEqual(20);
  expect(sent).toBeGreaterThanOrEqual(15);
});

it('never sends more than 30 messages a second by one bot', () => {
  const { clock, go } = pacerAt();
  let sent = 0;
  for (let ms = 0; ms < 1000; ms += 10) {
    for (let chat = 1; chat < 10; chat += 1) if (go(chat * 10_000 + ms, `m${chat}.${ms}`) === 0) sent += 1;
    clock.now += 10;
  }
  expect(sent).toBeLessThanOrEqual(30);
  expect(sent).toBeGreaterThanOrEqual(25);
});

it('makes only the chat wait for which Telegram asked', () => {
  const { clock, pacer, go } = pacerAt();
  pacer.blockChat(BOT, 7, 14_000);
  expect(go(7, 'm1')).toBe(14_000);
  expect(go(8, 'm2')).toBe(0);
  clock.now += 14_000;
  expect(go(7, 'm1')).toBe(0);
});

it('makes all chats of a blocked bot wait, and of no other', () => {
  const { pacer, go } = pacerAt();
  pacer.blockBot(BOT, 60_000);
  expect(go(7, 'm1')).toBe(60_000);
  expect(pacer.begin('2:b', 7, { id: 'm2', urgent: true })).toBe(0);
});

it('lets a chat that does not answer hold four places', () => {
  const { pacer } = pacerAt();
  const begin = (n: number): number => pacer.begin(BOT, 7, { id: `m${n}`, urgent: true });
  expect([1, 2, 3, 4].map(begin)).toEqual([0, 0, 0, 0]);
  expect(begin(5)).toBeGreaterThan(0);
  pacer.finished(BOT, 7);
  expect(begin(5)).toBe(0);
});
