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

/** A text, one in two of them known for trouble. */
export const hostileText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));

/** The name of a field. */
export const hostileKey = fc.oneof(fc.constantFrom(...KEYS), hostileText);
