import type { Request } from 'express';

/** One line of the table of endpoints. */
export interface Endpoint {
  method: 'get' | 'put' | 'post';
  path: string;
  /** @returns the body. @throws Refusal */
  answer: (request: Request) => object | Promise<object>;
}

/** A part of the path, decoded. */
export const param = ({ params }: Request, name: string): string => String(params[name]);

/** Added to answers that may be otherwise by now. */
export const staleMark = (stale: boolean): { stale?: true } => (stale ? { stale: true } : {});
