/** What a CRM answers: JSON, HTML, or nothing but a status. */
export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  json?: unknown;
  html?: string;
}

/** Ends the handling of a request with the CRM's own refusal. */
export class Refused extends Error {
  override name = 'Refused';

  constructor(readonly answer: Answer) {
    super(`refused with ${answer.status}`);
  }
}

/** What a proxy in front of a CRM answers when the CRM itself does not. */
export function proxyPage(status: number, title: string): Answer {
  const page = `<html><head><title>${status} ${title}</title></head><body><center><h1>${status} ${title}</h1></center><hr><center>nginx/1.18.0</center></body></html>`;
  return { status, html: page };
}
