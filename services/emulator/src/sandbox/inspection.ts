import express, { type Router } from 'express';
import { z } from 'zod';
import { chatType, type Chat } from './telegram/chat.js';
import type { Sandbox } from './telegram/botApi.js';
import { clearCrm, type CrmSandboxes } from './crm/crms.js';
import { createCrmInspection } from './crm/inspection.js';
import { CRM_NAMES, type CrmName } from './crm/names.js';
import { Fault } from './faults.js';
import { streamChanges } from './streamChanges.js';

const ChatQuery = z.object({ bot: z.coerce.number().int().optional(), history: z.stringbool().default(true) });
const LimitsSwitch = z.partialRecord(z.enum(['telegram', ...CRM_NAMES]), z.boolean());

/** JSON about the sandbox, for people, tests and the page: `/api/sandbox/…`. */
export function createInspection(
  { chats, faults, limits, changes, openEnded }: Sandbox,
  crmSandboxes: CrmSandboxes,
): Router {
  const router = express.Router();
  const limitsOf = { telegram: limits, ...limitsOfCrms(crmSandboxes) };
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

  router.use(createCrmInspection(crmSandboxes));

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
    for (const [name, each] of Object.entries(limitsOf)) {
      const on = wanted.data[name as keyof typeof limitsOf];
      if (on !== undefined) each.turn(on);
    }
    response.json(Object.fromEntries(Object.entries(limitsOf).map(([name, each]) => [name, each.isOn()])));
  });

  router.post('/reset', (_request, response) => {
    chats.clear();
    faults.clear();
    limits.turn(false);
    for (const name of CRM_NAMES) clearCrm(crmSandboxes[name]);
    changes.publish({});
    response.json({ ok: true });
  });
  return router;
}

interface Switch {
  turn(on: boolean): void;
  isOn(): boolean;
}

function limitsOfCrms({ retailcrm, moysklad, uon, bitrix24 }: CrmSandboxes): Record<CrmName, Switch> {
  return { retailcrm: retailcrm.limits, moysklad: moysklad.limits, uon: uon.limits, bitrix24: bitrix24.limits };
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
