import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { parseForm, type Form } from './form.js';

/** A request that a CRM got, and what it has to say about it. */
export interface Exchange {
  method: string;
  /** Below the CRM's address, without the query. */
  path: string;
  query: Form;
  /** As it was sent, with `?`. */
  search: string;
  headers: IncomingHttpHeaders;
  /** Without parameters, in lower case; '' when there is none. */
  contentType: string;
  body: Buffer;
  text: string;
  /** Address of the CRM as the client reached it, to build links from. */
  origin: string;
  ip: string;
  /** Unix milliseconds. */
  now: number;
  /** One sentence in Russian about what is wrong with the request. */
  violate(sentence: string): void;
  violations: readonly string[];
  /** A phone that the request concerns and that need not be in it. */
  about(phone: string): void;
  phones: readonly string[];
}

/** Reads what express took; its body is raw. */
export function openExchange(request: Request, now: number): Exchange {
  const violations: string[] = [];
  const phones: string[] = [];
  const mark = request.url.indexOf('?');
  const search = mark === -1 ? '' : request.url.slice(mark);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return {
    method: request.method,
    path: request.path,
    query: parseForm(search.slice(1)),
    search,
    headers: request.headers,
    contentType: request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '',
    body,
    text: body.toString('utf8'),
    origin: `${request.protocol}://${request.headers.host ?? 'localhost'}${request.baseUrl}`,
    ip: request.socket.remoteAddress ?? '',
    now,
    violate: (sentence) => {
      violations.push(sentence);
    },
    violations,
    about: (phone) => {
      phones.push(phone);
    },
    phones,
  };
}
