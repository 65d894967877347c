import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Endpoint } from '../../fuzz/endpoints.js';

interface Knock {
  port: number;
  method?: string;
  path: string;
  /** `host` is sent as it is given. */
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

export interface Said {
  status: number;
  /** Headers and body. */
  text: string;
}

/** One request on a connection of its own. */
export function knock({ port, method = 'GET', path, headers = {}, body = '' }: Knock): Promise<Said> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, agent: false, headers };
    const outgoing = request(options, (response) => {
      text(response).then((said) => {
        resolve({ status: response.statusCode ?? 0, text: `${JSON.stringify(response.headers)}\n${said}` });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Where an endpoint is, its parameters filled in. */
export function pathOf({ route, params = {}, query }: Endpoint): string {
  const path = route.replace('*', '').replaceAll(/:([a-zA-Z]+)/g, (_all, name: string) => params[name] ?? '1');
  return query === undefined || query === '' ? path : `${path}?${query}`;
}

/** What goes with a request to it that makes sense. */
export const wordsOf = ({ method, headers, body }: Endpoint) => ({
  method,
  headers: { ...headers },
  body: body === undefined ? '' : JSON.stringify(body),
});
