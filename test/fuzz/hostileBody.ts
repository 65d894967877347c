import fc from 'fast-check';
import { hostileKey, hostileText } from './hostileText.js';

const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 1e308, 5e-324, 2 ** 53, 2 ** 31, -(2 ** 63), 1759230684.1),
  fc.double(),
);

/** JSON text, so that keys may be `__proto__`, come twice, and surrogates stand alone. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    hostileText.map((value) => JSON.stringify(value)),
    number.map((value) => JSON.stringify(value)),
    fc.constantFrom('null', 'true', 'false', '{}', '[]', '1e999', '-0', '"\\u0000"', '"\\ud83d"', '"\\udc00\\ud800"'),
    fc.array(tie('json'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(hostileKey, tie('json')), { maxLength: 6 })
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

/** What is sent, and what is wrong with it. */
export interface HostileBody {
  kind: BodyKind;
  bytes: Buffer;
}

type BodyKind = (typeof BODY_KINDS)[number];

export const BODY_KINDS = [
  'some fields changed',
  'any JSON',
  'deep JSON',
  'not JSON',
  'any bytes',
  'bad UTF-8, far too large',
  'as it should be',
  'none (path and query)',
] as const;

const of =
  (kind: BodyKind) =>
  (sent: string | Uint8Array): HostileBody => ({ kind, bytes: Buffer.from(sent) });

const anything: fc.Arbitrary<HostileBody> = fc.oneof(
  { weight: 4, arbitrary: json.map(of('any JSON')) },
  { weight: 1, arbitrary: nested.map(of('deep JSON')) },
  { weight: 1, arbitrary: broken.map(of('not JSON')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map(of('any bytes')) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
        Buffer.alloc(70_000, 32),
        Buffer.alloc(300_000, 0x5b),
      )
      .map(of('bad UTF-8, far too large')),
  },
);

/** A body that makes sense with some of its fields, at any depth, changed for the worse. */
function worsened(sound: object): fc.Arbitrary<string> {
  const fields = pathsOf(sound);
  const changes = fc.array(fc.tuple(fc.constantFrom(...fields), fc.oneof(json, nested)), {
    minLength: 1,
    maxLength: 3,
  });
  const added = fc.array(fc.tuple(hostileKey, json), { maxLength: 2 });
  return fc.tuple(changes, added).map(([changed, more]) => {
    const replaced = new Map(changed);
    const written = write(sound, '', replaced);
    const extra = more.map(([name, value]) => `,${JSON.stringify(name)}:${value}`).join('');
    return written.endsWith('}') && written !== '{}' ? `${written.slice(0, -1)}${extra}}` : written;
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
export const hostileBody = (sound: object | undefined): fc.Arbitrary<HostileBody> =>
  sound === undefined
    ? fc.oneof(
        { weight: 3, arbitrary: fc.constant('').map(of('none (path and query)')) },
        { weight: 1, arbitrary: anything },
      )
    : fc.oneof(
        { weight: 5, arbitrary: worsened(sound).map(of('some fields changed')) },
        { weight: 1, arbitrary: fc.constant(JSON.stringify(sound)).map(of('as it should be')) },
        { weight: 3, arbitrary: anything },
      );
