import fc from 'fast-check';

/** Header lines that quarrel with each other, with the body or with HTTP. */
export const hostileHeader = fc.constantFrom(
  ...[
    'Content-Length: 0',
    'Content-Length: -1',
    'Content-Length: 999999999999',
    'Content-Length: 5\r\nContent-Length: 6',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding : chunked',
    'Expect: 100-continue',
  ],
  ...['Content-Type: text/plain', 'Content-Type: application/json; charset=utf-7', 'Content-Type: multipart/form-data'],
  ...[
    'Content-Type: \x00',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Encoding: gzip',
    'Content-Encoding: br',
  ],
  ...[
    'Token: \xff\xfe',
    `Token: ${'9'.repeat(3_000)}`,
    'Token: a\r\nToken: b',
    'Host: evil.example',
    'Host:',
    'X-Forwarded-For: 127.0.0.1',
  ],
  ...[
    `X-Long: ${'x'.repeat(20_000)}`,
    'no colon here',
    ': empty name',
    'Cookie: a=b',
    'Upgrade: websocket\r\nConnection: Upgrade',
  ],
  ...[
    'Range: bytes=0-,1-,2-,3-',
    'If-None-Match: *',
    'Accept: ,,,;q=9',
    'X-Internal-Token: undefined',
    'Connection: close, close',
  ],
);
