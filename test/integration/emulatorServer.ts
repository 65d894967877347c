import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createApp } from '../../services/emulator/src/app.js';
import { silentLogger } from '../harness/silentLogger.js';

const Entity = z
  .object({ type: z.string(), offset: z.number(), length: z.number(), url: z.string().optional() })
  .loose();

const Message = z
  .object({
    message_id: z.number(),
    bot: z.number(),
    text: z.string(),
    html: z.string(),
    entities: z.array(Entity),
    reply_to_message_id: z.number().optional(),
    silent: z.boolean(),
    edited: z.boolean(),
  })
  .loose();

const ChatView = z.object({
  messages: z.array(Message),
  history: z.array(
    z
      .object({
        bot: z.number(),
        method: z.string(),
        message_id: z.number().optional(),
        ok: z.boolean(),
        error: z.string().optional(),
        fault: z.string().optional(),
      })
      .loose(),
  ),
});
export type ChatView = z.infer<typeof ChatView>;

const Answer = z
  .object({
    ok: z.boolean(),
    result: z
      .union([z.literal(true), z.object({ message_id: z.number(), text: z.string() }).partial().loose()])
      .optional(),
    error_code: z.number().optional(),
    description: z.string().optional(),
    parameters: z.object({ retry_after: z.number().optional() }).loose().optional(),
  })
  .loose();

export const TOKEN = '123456:AAHsecretsecretsecret';

export interface TestEmulator {
  url: string;
  /** What the Bot API client takes as its root. */
  apiRoot: string;
  /** Calls a method as a JSON body. */
  call: (method: string, params: object, token?: string) => Promise<{ status: number; answer: z.infer<typeof Answer> }>;
  /** Sends and returns the message's id. */
  send: (chatId: number, text: string, params?: object) => Promise<number>;
  chat: (chatId: number | string, query?: string) => Promise<ChatView>;
  post: (path: string, body?: object) => Promise<{ status: number; body: unknown }>;
  close: () => Promise<void>;
}

/** The emulator on a port of this machine, a free one unless given. */
export async function startEmulator(
  parts: Partial<Parameters<typeof createApp>[0]> = {},
  port = 0,
): Promise<TestEmulator> {
  const { app, drain } = createApp({ log: silentLogger(), ...parts });
  const server = createServer(app).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const post: TestEmulator['post'] = async (path, body = {}) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const call: TestEmulator['call'] = async (method, params, token = TOKEN) => {
    const { status, body } = await post(`/sandbox/telegram/bot${token}/${method}`, params);
    return { status, answer: Answer.parse(body) };
  };
  return {
    url,
    apiRoot: `${url}/sandbox/telegram`,
    post,
    call,
    send: async (chatId, text, params = {}) => {
      const { answer } = await call('sendMessage', { chat_id: chatId, text, parse_mode: 'HTML', ...params });
      if (answer.result === undefined || answer.result === true) throw new Error(answer.description);
      return z.number().parse(answer.result.message_id);
    },
    chat: async (chatId, query = '') => {
      const response = await fetch(`${url}/api/sandbox/telegram/chats/${chatId}${query}`);
      return ChatView.parse(await response.json());
    },
    close: async () => {
      await drain();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
