import { z } from 'zod';
import { urlOf, type App } from './apps.js';

const Health = z.object({ status: z.string(), service: z.string() });

/** What is wrong with a service by its GET /health; undefined when it answers 200 under its own name. */
export async function healthProblem(app: App): Promise<string | undefined> {
  const url = `${urlOf(app)}/health`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const body = Health.safeParse(await response.json());
    if (!body.success || body.data.service !== app.name) return `${url} is answered by another program`;
    return response.ok ? undefined : `${url} answers ${String(response.status)} (${body.data.status})`;
  } catch {
    return `${url} does not answer`;
  }
}
