import fc from 'fast-check';

/** Texts that have broken something somewhere. */
const TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00x',
    '\ufeff',
    '\u202e',
    '\r\nX-Injected: 1',
    '%00',
    '%',
    '%ff',
    '..%2f..%2f',
  ],
  ...["'; drop table call_events; --", "' or 1=1 --", '$1', '{unique_id}', '${7*7}', '{{7*7}}', '\\', '\\u0000', '"'],
  ...['<script>alert(1)</script>', '<b>', '</b>', '&amp;', '&#0;', '<a href="tg://user?id=1">x</a>', '<tg-spoiler>'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'NaN', 'null', 'undefined', 'true'],
  ...['../../etc/passwd', '/', '//', '?', '#', 'http://169.254.169.254/', 'file:///etc/passwd', 'javascript:alert(1)'],
  ...['1e309', '-0', '9007199254740993', '2147483648', '-1', '0x7f', '٣٧٥٢٩', '＋375290000001', '+375 (29) 000-00-01'],
  ...['1970-01-01 00:00:00', '9999-99-99 99:99:99', '2025-10-01T10:00:00+99:99', 'Иванов 👩‍👩‍👧‍👦', 'a\u0301'.repeat(50)],
  ...['x'.repeat(300), '9'.repeat(5_000), 'Ж'.repeat(20_000), '<'.repeat(5_000), '&'.repeat(5_000)],
];

const KEYS = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'then', 'length', '', '\0'],
  ...[
    'Token',
    'token',
    'UniqueId',
    'Phone',
    'Extensions',
    'Channel',
    'CallerIDNum',
    'enterprise_number',
    'call',
    'raw',
  ],
];

const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));
const key = fc.oneof(fc.constantFrom(...KEYS), text);

const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 1e308, 5e-324, 2 ** 53, 2 ** 31, -(2 ** 63), 1759230684.1),
  fc.double(),
);

/** JSON text, so that keys may be `__proto__`, come twice, and surrogates stand alone. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text.map((value) => JSON.stringify(value)),
    number.map((value) => JSON.stringify(value)),
    fc.constantFrom('null', 'true', 'false', '{}', '[]', '1e999', '-0', '"\\u0000"', '"\\ud83d"', '"\\udc00\\ud800"'),
    fc.array(tie('json'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(key, tie('json')), { maxLength: 6 })
      .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ),
}));

const nested = fc
  .tuple(fc.constantFrom(['[', ']'], ['{"a":', '}'], ['[{"__proto__":', '}]']), fc.constantFrom(10, 100, 1_000, 15_000))
  .map(([[open = '', close = ''], depth]) => `${open.repeat(depth)}1${close.repeat(depth)}`);

const broken = fc.constantFrom(
  '',
  '{',
  '{"a":',
  'null',
  '"x"',
  '[1,',
  '{"a":1}}',
  "{'a':1}",
  '\ufeff{}',
  '<xml/>',
  'a=1&b=2',
);

/** Any of them, as bytes; some are no UTF-8. */
const anything = fc.oneof(
  { weight: 4, arbitrary: json.map((value) => Buffer.from(value)) },
  { weight: 1, arbitrary: nested.map((value) => Buffer.from(value)) },
  { weight: 1, arbitrary: broken.map((value) => Buffer.from(value)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.alloc(70_000, 32),
      Buffer.alloc(300_000, 0x5b),
    ),
  },
);

/** A body that makes sense with some of its fields, at any depth, changed for the worse. */
function worsened(sound: object): fc.Arbitrary<Buffer> {
  const fields = pathsOf(sound);
  const changes = fc.array(fc.tuple(fc.constantFrom(...fields), fc.oneof(json, nested)), {
    minLength: 1,
    maxLength: 3,
  });
  const added = fc.array(fc.tuple(key, json), { maxLength: 2 });
  return fc.tuple(changes, added).map(([changed, more]) => {
    const replaced = new Map(changed);
    const written = write(sound, '', replaced);
    const extra = more.map(([name, value]) => `,${JSON.stringify(name)}:${value}`).join('');
    return Buffer.from(written.endsWith('}') && written !== '{}' ? `${written.slice(0, -1)}${extra}}` : written);
  });
}

function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, `${path}/${name}`))];
}

function write(value: unknown, path: string, replaced: ReadonlyMap<string, string>): string {
  const instead = path === '' ? undefined : replaced.get(path);
  if (instead !== undefined) return instead;
  if (Array.isArray(value)) return `[${value.map((item, at) => write(item, `${path}/${at}`, replaced)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, inner]) => `${JSON.stringify(name)}:${write(inner, `${path}/${name}`, replaced)}`,
  );
  return `{${fields.join(',')}}`;
}

/** What may stand in the body of a request whose sound body is this. */
export const hostileBody = (sound: object | undefined): fc.Arbitrary<Buffer> =>
  sound === undefined
    ? fc.oneof({ weight: 3, arbitrary: fc.constant(Buffer.alloc(0)) }, { weight: 1, arbitrary: anything })
    : fc.oneof(
        { weight: 5, arbitrary: worsened(sound) },
        { weight: 1, arbitrary: fc.constant(Buffer.from(JSON.stringify(sound))) },
        { weight: 3, arbitrary: anything },
      );

/** A single surrogate cannot be escaped. */
const escaped = (value: string): string => encodeURIComponent(Buffer.from(value).toString());

/** A part of a path or a query: sound, escaped or raw. */
export const hostilePart = (sound: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(encodeURIComponent(sound)) },
    { weight: 2, arbitrary: text.map((value) => escaped(value)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%ff', '%00', '%C3%28', '..%2f', '%2e%2e', ';', '*', 'a'.repeat(9_000)),
    },
  );

/** What a value in a query may be, brackets included. */
export const hostileQuery = (sound: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(sound) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constant(sound), key, text)
        .map(([q, name, value]) => `${q}&${escaped(name)}=${escaped(value)}`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'a[__proto__][x]=1',
        'enterprise[]=1&enterprise[]=2',
        '%',
        '=&=&',
        'phone=%ff',
        `x=${'y'.repeat(12_000)}`,
      ),
    },
  );

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
