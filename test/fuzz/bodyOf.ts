const EMPTY = '\r\n\r\n';

/** Header lines of a raw answer, in lower case. */
export const headOf = (text: string): string => (text.split(EMPTY, 1)[0] ?? '').toLowerCase();

/** The body of a raw answer (a byte a character), its chunks put together; what a broken one lacks is missing. */
export function bodyOf(text: string): string {
  const begin = text.indexOf(EMPTY);
  const raw = begin === -1 ? '' : text.slice(begin + EMPTY.length);
  const body = headOf(text).includes('\r\ntransfer-encoding: chunked') ? joined(raw) : raw;
  return Buffer.from(body, 'latin1').toString();
}

function joined(chunks: string): string {
  let body = '';
  let rest = chunks;
  for (;;) {
    const size = /^([\da-f]+)\r\n/i.exec(rest);
    const length = Number.parseInt(size?.[1] ?? '0', 16);
    if (size === null || length === 0) return body;
    body += rest.slice(size[0].length, size[0].length + length);
    rest = rest.slice(size[0].length + length + 2);
  }
}
