import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SeenRequest {
  bot: string;
  method: string;
  chatId: number;
  params: Record<string, string>;
}

export interface ShownMessage {
  id: number;
  text: string;
  silent: boolean;
  replyTo: number | null;
}

/**
 * What the server does instead of its work: answers so (when it is let), closes the line, says nothing; works and closes
 * the line; or works when it is let.
 */
export type Instead =
  | { status: number; json: unknown; after?: Promise<void> }
  | 'drop'
  | 'hang'
  | 'workAndDrop'
  | { workAfter: Promise<void> };

interface Rule {
  applies(request: SeenRequest): boolean;
  instead: Instead;
  times: number;
}

/** Stands in for the Bot API: keeps chats, remembers requests, and misbehaves as told. */
export interface TelegramStandIn {
  apiRoot: string;
  requests: SeenRequest[];
  /** Messages of a chat from top to bottom. */
  chat(chatId: number): ShownMessage[];
  /** Takes a message out of the chat as its reader can. */
  forget(chatId: number, id: number): void;
  misbehave(applies: (request: SeenRequest) => boolean, instead: Instead, times?: number): void;
  close(): Promise<void>;
}

export function refusal(status: number, description: string, parameters?: object): { status: number; json: unknown } {
  return { status, json: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) } };
}

export async function startTelegramStandIn(): Promise<TelegramStandIn> {
  const chats = new Map<number, Map<number, ShownMessage>>();
  const requests: SeenRequest[] = [];
  const rules: Rule[] = [];
  let lastId = 0;

  const chatOf = (chatId: number): Map<number, ShownMessage> => {
    const chat = chats.get(chatId) ?? new Map<number, ShownMessage>();
    chats.set(chatId, chat);
    return chat;
  };

  const work = ({ method, chatId, params }: SeenRequest): { status: number; json: unknown } => {
    const chat = chatOf(chatId);
    const id = Number(params.message_id);
    if (method === 'sendMessage') {
      lastId += 1;
      const reply = params.reply_parameters ? (JSON.parse(params.reply_parameters) as { message_id: number }) : null;
      chat.set(lastId, {
        id: lastId,
        text: params.text ?? '',
        silent: params.disable_notification === 'true',
        replyTo: reply && chat.has(reply.message_id) ? reply.message_id : null,
      });
      return ok({ message_id: lastId, date: 0, chat: { id: chatId, type: 'private' }, text: params.text });
    }
    const message = chat.get(id);
    if (method === 'editMessageText') {
      if (!message) return bad('message to edit not found');
      if (message.text === params.text)
        return bad('message is not modified: specified new message content is the same');
      message.text = params.text ?? '';
      return ok({ message_id: id, date: 0, chat: { id: chatId, type: 'private' } });
    }
    if (!message) return bad('message to delete not found');
    chat.delete(id);
    return ok(true);
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [, bot = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
      const params = Object.fromEntries(new URLSearchParams(body));
      const seen: SeenRequest = { bot, method, chatId: Number(params.chat_id), params };
      requests.push(seen);
      const rule = rules.find((one) => one.times > 0 && one.applies(seen));
      if (rule) rule.times -= 1;
      const instead = rule?.instead;
      if (instead === undefined) return reply(response, work(seen));
      if (instead === 'hang') return;
      if (instead === 'drop') return void response.destroy();
      if (instead === 'workAndDrop') {
        work(seen);
        return void response.destroy();
      }
      if ('workAfter' in instead) return void instead.workAfter.then(() => reply(response, work(seen)));
      if (instead.after === undefined) return reply(response, instead);
      void instead.after.then(() => reply(response, instead));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    chat: (chatId) => [...chatOf(chatId).values()],
    forget: (chatId, id) => void chatOf(chatId).delete(id),
    misbehave: (applies, instead, times = Infinity) => void rules.unshift({ applies, instead, times }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function ok(result: unknown): { status: number; json: unknown } {
  return { status: 200, json: { ok: true, result } };
}

function bad(what: string): { status: number; json: unknown } {
  return { status: 400, json: { ok: false, error_code: 400, description: `Bad Request: ${what}` } };
}

function reply(response: ServerResponse, { status, json }: { status: number; json: unknown }): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}
