import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';
import { crmOfSection, CRMS, type Crm } from '../../contracts/index.js';
import { findEnterprise, type KnownEnterprise } from '../../db/administrationEnterprises.js';
import type { Queryable } from '../../db/pool.js';
import { readNumber } from '../../phone/index.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { UsageError, type Context, type Given } from './command.js';

/** Of an option that has to be there. @throws UsageError */
export function required({ values }: Given, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value.trim() === '') throw new UsageError(`не указано --${name}`);
  return value.trim();
}

/** Of an option that may be there; undefined: it was not given. */
export function optional({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

export const isSet = ({ values }: Given, name: string): boolean | undefined => {
  const value = values[name];
  return typeof value === 'boolean' ? value : undefined;
};

/** An empty text takes the value away; undefined stays undefined. */
export const orNull = <T>(value: string | undefined, read: (value: string) => T): T | null | undefined =>
  value === undefined ? undefined : value === '' ? null : read(value);

/** A value, or `-` for the next line of the standard input. */
export const secretText = ({ typed }: Pick<Context, 'typed'>, value: string): string =>
  value === '-' ? typed() : value;

const check =
  (schema: z.ZodType<string>, what: string) =>
  (value: string): string => {
    if (schema.safeParse(value).success) return value;
    throw new OperatorError(`${what} (дано: ${value}).`);
  };

export const readEnterpriseNumber = check(
  z.string().regex(/^[\w-]{1,20}$/),
  'Номер предприятия: цифры или латинские буквы, например 0367',
);
export const readToken = check(
  z.string().regex(/^[\w-]{4,100}$/),
  'Токен АТС: от 4 цифр или латинских букв, без пробелов',
);
export const readExtension = check(z.string().regex(/^\d{3,4}$/), 'Внутренний номер: 3 или 4 цифры');
export const readLineId = check(
  z.string().regex(/^[\w-]{1,40}$/),
  'Номер линии: цифры или латинские буквы, например 0001363',
);
export const readTransform = check(
  z.string().regex(/^\S*\{\d{1,2}\}\S*$/),
  'Правило номеров линии: например +375{9} — девять последних цифр после +375',
);
export const readCountry = check(
  z.string().refine((code) => /^[A-Z]{2}$/.test(code) && isSupportedCountry(code)),
  'Страна: две буквы, например BY или RU',
);
export const readZone = check(z.string().refine(isZone), 'Часовой пояс: например Europe/Minsk или Europe/Moscow');
export const readRecordings = check(
  z.url({ protocol: /^https?$/ }).refine((url) => url.includes('{unique_id}')),
  'Адрес записей: http(s)://…, и в нём {unique_id}',
);

/** @throws OperatorError that repeats nothing of it */
export function readBotToken(token: string): string {
  if (/^\d{1,15}:[\w-]+$/.test(token)) return token;
  throw new OperatorError('Токен бота выглядит так: 123456:буквы-и-цифры. Скопируйте его у @BotFather целиком.');
}

export function readChat(text: string): number {
  const chat = Number(text);
  if (/^-?\d{1,16}$/.test(text) && chat !== 0 && Number.isSafeInteger(chat)) return chat;
  throw new OperatorError(`Чат: число, у группы с минусом: --chat=-1001234567890 (дано: ${text}).`);
}

/** A phone as people write it. @returns E.164 */
export function readPhone(text: string, country: string): string {
  const phone = readNumber(text, country);
  if (phone.startsWith('+')) return phone;
  throw new OperatorError(`Телефон: с кодом страны, например +375290000001 (дано: ${text}).`);
}

/** An extension or a phone. */
export const readFollowMe = (text: string, country: string): string =>
  /^\d{3,4}$/.test(text) ? text : readPhone(text, country);

export function readCrm(text: string): Crm {
  const crm = crmOfSection(text) ?? CRMS.find((name) => name === text);
  if (crm === undefined) throw new UsageError(`--crm ${text}: бывает ${CRMS.join(', ')}`);
  return crm;
}

/** The enterprise that `--enterprise` names by its number, name or token. */
export async function enterpriseOf(db: Queryable, given: Given): Promise<KnownEnterprise> {
  const ent = required(given, 'enterprise');
  const found = await findEnterprise(db, ent);
  if (found !== undefined) return found;
  throw new OperatorError(`Предприятия ${ent} нет. Какие есть: npm run admin -- enterprise list.`);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
