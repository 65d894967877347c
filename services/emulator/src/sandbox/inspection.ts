import express, { type Router } from 'express';
import { z } from 'zod';
import { chatType, type Chat } from './telegram/chat.js';
import type { Sandbox } from './telegram/botApi.js';
import { Fault } from './faults.js';
import { streamChanges } from './streamChanges.js';

const ChatQuery = z.object({ bot: z.coerce.number().int().optional(), history: z.stringbool().default(true) });
const LimitsSwitch = z.strictObject({ telegram: z.boolean() });

/** JSON about the sandbox, for people, tests and the page: `/api/sandbox/…`. */
export function createInspection({ chats, faults, limits, changes, openEnded }: Sandbox): Router {
  const router = express.Router();
  router.use(express.json());

  router.get('/telegram/chats', (_request, response) => {
    response.json({ chats: chats.list().map(summaryOf) });
  });

  router.get('/telegram/chats/:chatId', (request, response) => {
    const query = ChatQuery.safeParse(request.query);
    if (!query.success) {
      response.status(400).json({ error: z.prettifyError(query.error) });
      return;
    }
    const { bot, history } = query.data;
    const chat = chats.find(request.params.chatId);
    const isWanted = (each: { bot: number }): boolean => bot === undefined || each.bot === bot;
    response.json({
      messages: chat === undefined ? [] : [...chat.messages.values()].filter(isWanted),
      ...(history ? { history: chat?.history.filter(isWanted) ?? [] } : {}),
    });
  });

  router.get('/telegram/stream', streamChanges(changes, openEnded));

  router.get('/faults', (_request, response) => {
    response.json({ faults: faults.list() });
  });
  router.post('/faults', (request, response) => {
    const fault = Fault.safeParse(request.body);
    if (!fault.success) {
      response.status(400).json({ error: z.prettifyError(fault.error) });
      return;
    }
    faults.add(fault.data);
    response.status(201).json({ faults: faults.list() });
  });

  router.post('/limits', (request, response) => {
    const wanted = LimitsSwitch.safeParse(request.body);
    if (!wanted.success) {
      response.status(400).json({ error: z.prettifyError(wanted.error) });
      return;
    }
    limits.turn(wanted.data.telegram);
    response.json({ telegram: limits.isOn() });
  });

  router.post('/reset', (_request, response) => {
    chats.clear();
    faults.clear();
    limits.turn(false);
    changes.publish({});
    response.json({ ok: true });
  });
  return router;
}

function summaryOf(chat: Chat): object {
  const messages = [...chat.messages.values()];
  const last = messages.at(-1);
  return {
    chat_id: chat.id,
    type: chatType(chat.id),
    bots: [...new Set(messages.map((message) => message.bot))],
    messages: messages.length,
    ...(last === undefined ? {} : { last }),
  };
}
