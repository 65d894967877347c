import type { IncomingMessage, ServerResponse } from 'node:http';

interface HealthOptions {
  service: string;
  /** What the service cannot work without; a rejection or no answer within 2 s makes it unavailable. */
  checks?: Record<string, () => Promise<unknown>>;
  /** More to show, such as the length of a queue; told which checks failed. */
  details?: (failed: readonly string[]) => Record<string, unknown>;
}

const CHECK_TIMEOUT_MS = 2_000;

/**
 * Answers GET /health: 200 `{status: "ok", service, uptime_seconds, …}`, or 503 with `status: "unavailable"` and the
 * names of the checks that failed. It fits both node:http and Express and never rejects.
 */
export function healthRoute({ service, checks = {}, details }: HealthOptions) {
  const startedAt = performance.now();
  return async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const failed = await failedChecks(checks);
    const body = {
      status: failed.length === 0 ? 'ok' : 'unavailable',
      service,
      uptime_seconds: Math.floor((performance.now() - startedAt) / 1000),
      ...(failed.length > 0 && { failed }),
      ...details?.(failed),
    };
    response.writeHead(failed.length === 0 ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

/** The names of the checks that reject, or do not answer within 2 s. */
export async function failedChecks(checks: Record<string, () => Promise<unknown>>): Promise<string[]> {
  return (await Promise.all(Object.entries(checks).map(failing))).filter((name) => name !== undefined);
}

async function failing([name, check]: [string, () => Promise<unknown>]): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer'));
    }, CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), tooSlow]);
    return undefined;
  } catch {
    return name;
  } finally {
    clearTimeout(timer);
  }
}
