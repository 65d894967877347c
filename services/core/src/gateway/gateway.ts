/** What 8020 answered, whatever it was. */
export interface GatewayAnswer {
  status: number;
  /** The parsed body; undefined when it is no JSON. */
  json: unknown;
}

interface GatewayRequest {
  method: 'GET' | 'POST';
  /** e.g. `/dispatch/call-event`. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Of the whole exchange. */
  timeoutMs: number;
  /** Ends it earlier. */
  signal: AbortSignal;
}

/** The integration cache (8020). */
export interface Gateway {
  /** @throws NoGateway when nobody answered in time */
  request(request: GatewayRequest): Promise<GatewayAnswer>;
}

/** Nobody answered; the message says why, without the address. */
export class NoGateway extends Error {}

interface GatewayOptions {
  /** e.g. `http://127.0.0.1:8020`. */
  url: string;
  /** What the core proves itself with when 8020 is on another machine. */
  token: string | undefined;
}

export function createGateway({ url, token }: GatewayOptions): Gateway {
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { 'x-internal-token': token }) };
  return {
    async request({ method, path, body, timeoutMs, signal }) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(`${url}${path}`, {
          method,
          headers,
          redirect: 'manual',
          signal: AbortSignal.any([signal, timeout]),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: response.status, json: parsed(await response.text()) };
      } catch (error) {
        throw new NoGateway(timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error));
      }
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch says "fetch failed", its cause says why. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return error instanceof Error ? error.message : String(error);
}
