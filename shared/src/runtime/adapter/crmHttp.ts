/** One request to a CRM. */
export interface CrmRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: URL | string;
  headers?: Record<string, string>;
  body?: string | FormData;
  /** Of the whole request, milliseconds. Default 8 s. */
  timeoutMs?: number;
  /** Most bytes of the answer that are read. Default 1 MiB. */
  maxBytes?: number;
}

export interface CrmAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  text: string;
  /** The parsed body; undefined when it is no JSON. */
  json: unknown;
}

/** Nobody answered. */
export class NoAnswer extends Error {
  constructor(
    reason: string,
    /** False: the request never reached the CRM, repeating it is safe. True: it may have been carried out. */
    readonly sent: boolean,
  ) {
    super(reason);
  }
}

/** HTTP to the enterprise's account: guarded, bounded, each request a row in `integration_logs` with secrets masked. */
export interface CrmHttp {
  /** Answers of any status are returned. @throws NoAnswer; CrmError `configuration` for an address that is not allowed */
  request(request: CrmRequest): Promise<CrmAnswer>;
}
