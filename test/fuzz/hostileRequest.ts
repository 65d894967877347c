import fc from 'fast-check';
import { endpointsOf, type Endpoint, type Victim } from './endpoints.js';
import { BODY_KINDS, hostileBody } from './hostileBody.js';
import { hostileHeader } from './hostileHeader.js';
import { hostilePart, hostileQuery } from './hostilePath.js';

/** A request that nobody should have sent. */
export interface HostileRequest {
  endpoint: Endpoint;
  /** What is wrong with it, above all. */
  kind: RequestKind;
  /** What goes over the wire, one part after the other. */
  parts: readonly Buffer[];
  /**
   * `whole`: complete and formed as HTTP wants it, so it has to be answered; `broken`: called off after a moment; `stalled`:
   * begun, and never ended.
   */
  ending: 'whole' | 'broken' | 'stalled';
}

type RequestKind = (typeof REQUEST_KINDS)[number];

/** How a request is sent. */
const WAYS = {
  whole: 'whole',
  slow: 'in two parts',
  chunked: 'in chunks',
  cut: 'cut off',
  short: 'shorter than it says',
} as const;

export const REQUEST_KINDS = [
  ...BODY_KINDS.map((kind) => `body: ${kind}` as const),
  'header tricks',
  WAYS.slow,
  WAYS.chunked,
  WAYS.cut,
  WAYS.short,
  'stalled half-way',
] as const;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Any of all endpoints' hostile requests about an enterprise. */
export const hostileRequest = (victim: Victim): fc.Arbitrary<HostileRequest> =>
  fc.constantFrom(...endpointsOf(victim)).chain(hostileRequestTo);

const hostileRequestTo = (endpoint: Endpoint): fc.Arbitrary<HostileRequest> =>
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
    .map(({ path, query, method, body, hostile, way, at }): HostileRequest => {
      const length =
        way === 'chunked'
          ? 'Transfer-Encoding: chunked'
          : `Content-Length: ${body.bytes.length + (way === 'short' ? 10 : 0)}`;
      const line = `${method} ${path}${query === '' ? '' : `?${query}`}`;
      const head = headOf(line, endpoint, [length, ...hostile]);
      const bytes = Buffer.concat([head, way === 'chunked' ? chunked(body.bytes) : body.bytes]);
      const isWhole = hostile.length === 0 && way !== 'cut' && way !== 'short';
      return {
        endpoint,
        kind: way !== 'whole' ? WAYS[way] : hostile.length > 0 ? 'header tricks' : `body: ${body.kind}`,
        parts: partsOf(bytes, way, Math.floor(bytes.length * at)),
        ending: isWhole ? 'whole' : 'broken',
      };
    });

/** To each endpoint one request that says that it has a body and sends half of it, or half of its own head. */
export function stalledRequests(victim: Victim): HostileRequest[] {
  return endpointsOf(victim).map((endpoint, index): HostileRequest => {
    const path = endpoint.route.replace('*', '').replace(/:([a-zA-Z]+)/g, (_, name: string) => {
      return encodeURIComponent(endpoint.params?.[name] ?? '1');
    });
    const body = Buffer.from(JSON.stringify(endpoint.body ?? {}));
    const head = headOf(`POST ${path}`, endpoint, [`Content-Length: ${body.length + 10}`]);
    const sent = index % 3 === 0 ? head.subarray(0, head.length - 3) : Buffer.concat([head, body]);
    return { endpoint, kind: 'stalled half-way', parts: [sent], ending: 'stalled' };
  });
}

function headOf(line: string, { headers = {} }: Endpoint, more: readonly string[]): Buffer {
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const lines = [`${line} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...own, ...more];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function partsOf(bytes: Buffer, way: keyof typeof WAYS, cut: number): Buffer[] {
  if (way === 'cut') return [bytes.subarray(0, cut)];
  return way === 'slow' ? [bytes.subarray(0, cut), bytes.subarray(cut)] : [bytes];
}

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
