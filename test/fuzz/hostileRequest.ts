import fc from 'fast-check';
import { ENDPOINTS, type Endpoint } from './endpoints.js';
import { hostileBody, hostileHeader, hostilePart, hostileQuery } from './hostile.js';

/** A request that nobody should have sent. */
export interface HostileRequest {
  endpoint: Endpoint;
  /** What goes over the wire, one part after the other. */
  parts: readonly Buffer[];
  /** Complete and formed as HTTP wants it: it has to be answered. */
  isWhole: boolean;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Any of all endpoints' hostile requests. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc.constantFrom(...ENDPOINTS).chain((endpoint) =>
  fc
    .record({
      path: pathOf(endpoint),
      query: endpoint.query === undefined ? fc.constantFrom('', 'a=b') : hostileQuery(endpoint.query),
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constant<string>(endpoint.method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      body: hostileBody(endpoint.body),
      hostile: fc.oneof(
        { weight: 4, arbitrary: fc.constant<string[]>([]) },
        { weight: 1, arbitrary: fc.array(hostileHeader, { minLength: 1, maxLength: 2 }) },
      ),
      way: fc.oneof(
        { weight: 12, arbitrary: fc.constant('whole' as const) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('slow' as const, 'chunked' as const, 'cut' as const, 'short' as const),
        },
      ),
      at: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    })
    .map(({ path, query, method, body, hostile, way, at }) => {
      const head = [
        `${method} ${path}${query === '' ? '' : `?${query}`} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Connection: close',
        ...Object.entries(endpoint.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
        ...(way === 'chunked'
          ? ['Transfer-Encoding: chunked']
          : [`Content-Length: ${body.length + (way === 'short' ? 10 : 0)}`]),
        ...hostile,
      ].join('\r\n');
      const sent = way === 'chunked' ? chunked(body) : body;
      const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), sent]);
      const cut = Math.floor(bytes.length * at);
      const parts =
        way === 'cut'
          ? [bytes.subarray(0, cut)]
          : way === 'slow'
            ? [bytes.subarray(0, cut), bytes.subarray(cut)]
            : [bytes];
      return { endpoint, parts, isWhole: hostile.length === 0 && way !== 'cut' && way !== 'short' };
    }),
);

function pathOf({ route, params = {} }: Endpoint): fc.Arbitrary<string> {
  const pieces = route.replace('*', '').split(/(:[a-zA-Z]+)/);
  return fc
    .tuple(
      ...pieces.map((piece) =>
        piece.startsWith(':') ? hostilePart(params[piece.slice(1)] ?? '1') : fc.constant(piece),
      ),
    )
    .map((parts) => parts.join(''));
}

function chunked(body: Buffer): Buffer {
  const half = Math.floor(body.length / 2);
  const chunks = [body.subarray(0, half), body.subarray(half)].filter((chunk) => chunk.length > 0);
  const framed = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]);
}
