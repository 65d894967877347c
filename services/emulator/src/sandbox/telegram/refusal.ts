/** What Telegram answers beside the description. */
export interface RefusalParameters {
  retry_after?: number;
  migrate_to_chat_id?: number;
}

/** A request that Telegram refuses, in Telegram's own words. */
export class Refusal extends Error {
  override name = 'Refusal';

  constructor(
    readonly status: number,
    description: string,
    readonly parameters?: RefusalParameters,
  ) {
    super(description);
  }

  /** The body of the answer. */
  toBody(): object {
    return {
      ok: false,
      error_code: this.status,
      description: this.message,
      ...(this.parameters === undefined ? {} : { parameters: this.parameters }),
    };
  }
}

/** 400: the request itself is wrong. */
export function badRequest(problem: string): Refusal {
  return new Refusal(400, `Bad Request: ${problem}`);
}

/** 429: the limit is used up for so many seconds. */
export function tooManyRequests(retryAfterSeconds: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${retryAfterSeconds}`, { retry_after: retryAfterSeconds });
}
