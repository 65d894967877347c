import type { RateLimit } from './pacer.js';

/** One request to a CRM. */
export interface CrmRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: URL | string;
  /** Sent as they are; nothing is added but what HTTP itself needs. */
  headers?: Record<string, string>;
  body?: string | FormData;
  /** Of the whole request, milliseconds. Default 8 s. */
  timeoutMs?: number;
  /** Most bytes of the answer that are read. Default 1 MiB. */
  maxBytes?: number;
  /** The CRM's documented limit that the request uses up; the account's own budget. */
  limit?: RateLimit;
}

export interface CrmAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Unpacked when it came as gzip, deflate or br. */
  body: Buffer;
  /** '' for sound. */
  text: string;
  /** The parsed body; undefined when it is no JSON. */
  json: unknown;
}

/** Nobody answered. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';

  constructor(
    reason: string,
    /** False: the request never reached the CRM, repeating it is safe. True: it may have been carried out. */
    readonly sent: boolean,
  ) {
    super(reason);
  }
}

/** Nothing was asked: the time for the whole event is over. Never sent. */
export class OutOfTime extends NoAnswer {
  override name = 'OutOfTime';

  constructor() {
    super('the time for this event was over before the request could be sent', false);
  }
}

/** HTTP to the enterprise's account: guarded, bounded, each request a row in `integration_logs` with secrets masked. */
export interface CrmHttp {
  /**
   * Answers of any status are returned, redirects too.
   *
   * @throws NoAnswer; CrmError `configuration` for an address that is not allowed, `limited` when the limit is used up
   *   for longer than a few seconds
   */
  request(request: CrmRequest): Promise<CrmAnswer>;
}
