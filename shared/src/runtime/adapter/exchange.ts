import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { storableJson } from '../storableJson.js';
import { NoAnswer, type CrmAnswer, type CrmRequest } from './crmHttp.js';

interface Bounds {
  timeoutMs: number;
  maxBytes: number;
}

interface WireRequest {
  method: CrmRequest['method'];
  headers: Record<string, string>;
  body: string | Buffer | null;
}

interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  packed: Buffer;
}

const UNPACK: Readonly<Record<string, (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * Sends one request and reads its whole answer.
 *
 * @throws NoAnswer, with the error as its cause
 */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: Pick<CrmRequest, 'method' | 'headers' | 'body'>,
  bounds: Bounds,
): Promise<CrmAnswer> {
  const progress = { sent: false };
  try {
    const wire = await onTheWire(request);
    const { status, headers, packed } = await send(dispatcher, url, wire, bounds, progress);
    const body = await unpack(packed, headers['content-encoding'], bounds.maxBytes);
    // A recording as text would take the memory of several.
    const text = /^(audio|video|application\/octet)/i.test(headers['content-type'] ?? '') ? '' : body.toString('utf8');
    return { status, headers, body, text, json: parsed(text) };
  } catch (error) {
    throw Object.assign(new NoAnswer(reasonOf(error), progress.sent), { cause: error });
  }
}

/** The platform's forms are not those that undici knows by itself. */
async function onTheWire({
  method,
  headers = {},
  body,
}: Pick<CrmRequest, 'method' | 'headers' | 'body'>): Promise<WireRequest> {
  if (!(body instanceof FormData)) return { method, headers, body: body ?? null };
  const form = new Response(body);
  const type = form.headers.get('content-type') ?? '';
  return { method, headers: { ...headers, 'content-type': type }, body: Buffer.from(await form.arrayBuffer()) };
}

function send(
  dispatcher: Dispatcher,
  url: URL,
  wire: WireRequest,
  { timeoutMs, maxBytes }: Bounds,
  progress: { sent: boolean },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let late: Error | undefined;
    const giveUp = (error: Error): void => {
      late = error;
      clearTimeout(timer);
      controller?.abort(error);
      reject(error);
    };
    const timer = setTimeout(() => {
      giveUp(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const answer: RawAnswer = { status: 0, headers: {}, packed: Buffer.alloc(0) };
    const chunks: Buffer[] = [];
    let size = 0;
    dispatcher.dispatch(
      { origin: url.origin, path: `${url.pathname}${url.search}`, ...wire },
      {
        onRequestStart: (started) => {
          // It connected after everything was over: nothing is sent.
          if (late !== undefined) {
            started.abort(late);
            return;
          }
          controller = started;
          progress.sent = true;
        },
        onResponseStart: (_controller, status, received) => {
          answer.status = status;
          answer.headers = joined(received);
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > maxBytes) giveUp(new Error(`the answer is longer than ${maxBytes} bytes`));
        },
        onResponseEnd: () => {
          clearTimeout(timer);
          resolve({ ...answer, packed: Buffer.concat(chunks) });
        },
        onResponseError: (_controller, error) => {
          clearTimeout(timer);
          reject(error);
        },
      },
    );
  });
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

async function unpack(packed: Buffer, encoding: string | undefined, maxOutputLength: number): Promise<Buffer> {
  const how = UNPACK[encoding?.trim().toLowerCase() ?? ''];
  return how === undefined || packed.length === 0 ? packed : how(packed, { maxOutputLength });
}

/** What is read of it may end in the database. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(storableJson(text.replace(/^\ufeff/, '')));
  } catch {
    return undefined;
  }
}

/** Several addresses that failed come as one error without a message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message === '' ? code : error.message;
}
