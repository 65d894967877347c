import { CrmError } from '@live-calls/shared/runtime';
import { z } from 'zod';

/** `error` is '' in some answers and prose in others, and `error_description` may be missing. */
const Refusal = z.looseObject({ error: z.string(), error_description: z.string().nullish() });

const WEBHOOK =
  'Проверьте incoming_webhook в разделе bitrix24: вебхук удалён, отключён или скопирован не целиком. Новый делается в Битрикс24: Разработчикам → Другое → Входящий вебхук.';
const APPLICATION =
  'Портал не даёт вебхуку записывать звонки (register и finish). Пересоздайте вебхук от имени администратора с правом «Телефония»; если не поможет, попросите поддержку Битрикс24 разрешить эти методы вебхуку.';
const SCOPE = 'Добавьте входящему вебхуку права: Телефония (telephony), CRM (crm), Пользователи (user).';
const RIGHTS =
  'У пользователя, от имени которого создан вебхук, не хватает прав. Создайте вебхук от имени администратора.';
const PLAN = 'Проверьте тариф портала: REST API доступен только на платных, и подписка должна действовать.';
const PORTAL = 'Проверьте адрес портала в incoming_webhook: по нему отвечает не REST API Битрикс24.';
const USER =
  'Такого сотрудника в Битрикс24 нет, или он уволен. Исправьте user_extensions и default_user_id в разделе bitrix24: слева id сотрудника, справа его внутренний номер.';
const CALL = 'Битрикс24 не принял данные звонка: смотрите текст ошибки.';

/** What a person has to put right, by the code in `error`. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  WRONG_AUTH_TYPE: APPLICATION,
  INSUFFICIENT_SCOPE: SCOPE,
  INVALID_CREDENTIALS: WEBHOOK,
  NO_AUTH_FOUND: WEBHOOK,
  EXPIRED_TOKEN: WEBHOOK,
  WRONG_CLIENT: WEBHOOK,
  USER_ACCESS_ERROR: RIGHTS,
  ACCESS_DENIED: PLAN,
  PAYMENT_REQUIRED: PLAN,
  PORTAL_DELETED: PORTAL,
  ERROR_MANIFEST_IS_NOT_AVAILABLE: PORTAL,
  ERROR_METHOD_NOT_FOUND: PORTAL,
  INVALID_REQUEST: PORTAL,
};

/** The portal's own trouble. It is blocked for overload until its people have been spoken to: calls wait for that. */
const UNAVAILABLE = ['INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER', 'OVERLOAD_LIMIT'];

/** A full bucket has leaked enough for one more request. ms */
const LEAK = 1_000;
/** The operating time of a method is counted by the minute. ms */
const OPERATING_MINUTE = 60_000;

/** How the same refusals are told in words, where the code says nothing. */
const WORDS: readonly [pattern: RegExp, facts: CrmError['facts']][] = [
  [/^User is not found/i, { kind: 'configuration', advice: USER }],
  [/^CRM is not installed/i, { kind: 'configuration', advice: 'Включите CRM на портале Битрикс24.' }],
  [/not finished yet/i, { kind: 'unavailable', onlyThis: true }],
  [/^Unexpected database error/i, { kind: 'unavailable' }],
];

/** The portal does not know a call, or has finished it. The code is documented as ERROR_CORE and seen as ''. */
export class CallNotFound extends CrmError {
  override name = 'CallNotFound';
}
const NOT_FOUND = /^Call is not found \(/i;
const NOT_FOUND_ADVICE = 'Портал не нашёл звонок, который сам зарегистрировал. Внесите звонок вручную.';

/**
 * Why the portal did not do what it was asked to.
 *
 * @param operatingMs until the method's operating time is counted anew; undefined: not known
 */
export function refusalOf(
  method: string,
  { status, json }: { status: number; json: unknown },
  operatingMs?: number,
): CrmError {
  const told = Refusal.safeParse(json).data;
  if (told === undefined) return new CrmError(`${method}: ${status} without JSON of a portal`, factsOf(status));
  const { error, error_description: description } = told;
  const words = description ?? '';
  const reason = `${method}: ${[String(status), error, words].filter((part) => part !== '').join(' ')}`;
  if (NOT_FOUND.test(words)) return new CallNotFound(reason, { kind: 'rejected', advice: NOT_FOUND_ADVICE });
  const facts = factsOfCode(error.toUpperCase(), operatingMs) ?? factsOfWords(words);
  return new CrmError(
    reason,
    facts ?? (isForbidden(status) ? { kind: 'configuration', advice: RIGHTS } : factsOf(status)),
  );
}

function factsOfCode(code: string, operatingMs = OPERATING_MINUTE): CrmError['facts'] | undefined {
  const advice = CONFIGURATION[code];
  if (advice !== undefined) return { kind: 'configuration', advice };
  if (UNAVAILABLE.includes(code)) return { kind: 'unavailable' };
  if (code === 'QUERY_LIMIT_EXCEEDED') return { kind: 'limited', retryAfterMs: LEAK };
  return code === 'OPERATION_TIME_LIMIT' ? { kind: 'limited', retryAfterMs: operatingMs, onlyThis: true } : undefined;
}

const factsOfWords = (words: string): CrmError['facts'] | undefined =>
  WORDS.find(([pattern]) => pattern.test(words))?.[1];

const isForbidden = (status: number): boolean => status === 401 || status === 403;

function factsOf(status: number): CrmError['facts'] {
  if (status === 429) return { kind: 'limited', retryAfterMs: OPERATING_MINUTE };
  // A portal that has moved sends everybody to its new address.
  if (status >= 300 && status < 400) return { kind: 'configuration', advice: PORTAL };
  return status === 400 ? { kind: 'rejected', advice: CALL } : { kind: 'unavailable' };
}
