import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../harness/freePort.js';

/** A request as the CRM got it. */
export interface GotRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string;
  /** Of a form; fields that hold JSON are parsed. */
  form: Record<string, unknown>;
  /** Undefined when the body is no JSON. */
  json: unknown;
}

/** What it answers: a status with JSON or a page, or nothing at all, or an end of the connection. */
export type Reply =
  'hang' | 'reset' | { status: number; headers?: Record<string, string>; json?: unknown; html?: string };

export interface ScriptedCrm {
  origin: string;
  /** `127.0.0.1:<port>`. */
  host: string;
  /** In order of arrival. */
  requests: GotRequest[];
  /** How it answers from now on. */
  answers(reply: (request: GotRequest) => Reply): void;
  /** Refuses connections from now on. */
  close(): Promise<void>;
}

/** A server that answers as a test wants. */
export async function startScriptedCrm(): Promise<ScriptedCrm> {
  let replyTo: (request: GotRequest) => Reply = () => ({ status: 500, json: {} });
  const requests: GotRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://crm');
      const text = Buffer.concat(chunks).toString();
      const got: GotRequest = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers as Record<string, string>,
        text,
        form: Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, parsed(value) ?? value])),
        json: parsed(text),
      };
      requests.push(got);
      const reply = replyTo(got);
      if (reply === 'hang') return;
      if (reply === 'reset') {
        request.socket.resetAndDestroy();
        return;
      }
      const { status, headers = {}, json, html } = reply;
      response.writeHead(status, {
        'content-type': html === undefined ? 'application/json' : 'text/html; charset=utf-8',
        ...headers,
      });
      response.end(html ?? (json === undefined ? '' : JSON.stringify(json)));
    });
  }).listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    host,
    origin: `http://${host}`,
    requests,
    answers: (reply) => {
      replyTo = reply;
    },
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
