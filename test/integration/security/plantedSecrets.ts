import { randomBytes } from 'node:crypto';

/** A text that is found nowhere by chance. */
const plain = (what: string): string => `demo-${what}-${randomBytes(6).toString('hex')}`;
/** With signs that addresses, forms and JSON spell otherwise. */
const odd = (what: string): string => `${plain(what)}/+"=?&ы`;

/** What gives access, one of each kind. Accounts of the sandboxes take plain keys only; the others are refused. */
export const plantedSecrets = () => ({
  secretsKey: odd('secrets-key'),
  statusToken: plain('status'),
  internalToken: plain('internal'),
  good: {
    areWrong: false,
    bot: `7000001:${plain('bot')}`,
    retailcrm: plain('retailcrm'),
    moysklad: plain('moysklad'),
    integrationCode: plain('code'),
    uon: plain('uon'),
    bitrix24: plain('bitrix24'),
  },
  bad: {
    areWrong: true,
    bot: `7000002:${plain('bot')}`,
    retailcrm: odd('retailcrm'),
    moysklad: `wrong-${plain('moysklad')}`,
    integrationCode: `wrong-${plain('code')}`,
    uon: odd('uon'),
    bitrix24: `wrong-${plain('bitrix24')}`,
  },
  /** What those say who try tokens out: it may be the right one of another door. */
  guesses: { status: odd('guess'), recovery: plain('guess'), internal: plain('guess') },
});

export type PlantedSecrets = ReturnType<typeof plantedSecrets>;
/** Of an enterprise. */
export type PlantedKeys = PlantedSecrets['good'];

/** As it may be written: as it is, in addresses, forms and JSON, and within base64, wherever in it the secret begins. */
export function spellingsOf(secret: string): string[] {
  const inForms = new URLSearchParams([['', secret]]).toString().slice(1);
  const inAddresses = [encodeURIComponent(secret), encodeURI(secret), inForms];
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inBase64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
    // The first and the last signs hold bits of what stands around it.
    return text.slice(Math.ceil((before * 8) / 6)).replace(/.=*$/, '');
  });
  return [
    ...new Set([
      ...[secret, ...inAddresses, ...inAddresses.map((text) => text.replaceAll(/%../g, (byte) => byte.toLowerCase()))],
      ...[inJson, inJson.replaceAll('/', String.raw`\/`), JSON.stringify(inJson).slice(1, -1)],
      ...[...inBase64, ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))],
    ]),
  ];
}

/** Each by its name, such as `good.bot`. */
export const everySecret = (secrets: object, below = ''): [name: string, secret: string][] =>
  Object.entries(secrets).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'string') return [[below + name, value]];
    return typeof value === 'object' && value !== null ? everySecret(value, `${below}${name}.`) : [];
  });
