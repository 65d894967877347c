import { z } from 'zod';

const Answer = z.object({ ok: z.boolean(), result: z.looseObject({}).optional(), description: z.string().optional() });

/** What Telegram said, or why it said nothing. Nothing of it holds a token. */
export type BotAnswer =
  { ok: true; result: Record<string, unknown> } | { ok: false; status: number | null; reason: string };

const PATIENCE_MS = 5_000;

/** One request to the Bot API; never throws. */
export async function askBot(
  apiRoot: string,
  token: string,
  method: 'getMe' | 'getChat' | 'sendMessage',
  body: Record<string, unknown> = {},
): Promise<BotAnswer> {
  try {
    const response = await fetch(`${apiRoot}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { ok, result, description } = Answer.parse(await response.json());
    if (ok) return { ok: true, result: result ?? {} };
    return { ok: false, status: response.status, reason: `${response.status} ${description ?? ''}`.trim() };
  } catch {
    // The error of fetch names the address, and the token is in it.
    return { ok: false, status: null, reason: 'Telegram не отвечает' };
  }
}

/** The part of a token that is no secret: the bot's number. */
export const shownBot = (token: string): string => `${/^\d+:/.exec(token)?.[0] ?? ''}***`;
