import { CrmError, type CrmAnswer } from '@live-calls/shared/runtime';
import { z } from 'zod';

/** `success` comes as a text too, and a refusal with the status 200. */
const Flagged = z.looseObject({
  success: z.union([z.boolean(), z.stringbool()]),
  errorMsg: z.string().optional(),
  errors: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).optional(),
});
type Flagged = z.infer<typeof Flagged>;

const ADVICE = {
  account: 'Такого аккаунта нет: проверьте domain в разделе retailcrm (адрес вида https://example.retailcrm.ru).',
  key: 'Ключ API не принят: создайте ключ в RetailCRM (Настройки → Интеграция → Ключи доступа к API) и впишите его в api_key.',
  access:
    'Ключу API не хватает прав: разрешите ему telephony (чтение и запись), users, settings в настройках ключа в RetailCRM.',
  telephony:
    'Телефония в RetailCRM не подключена: включите модуль интеграции с телефонией (integration-modules) с поддержкой событий и загрузки звонков.',
};

/** What a person has to put right, by what RetailCRM says; a row that fits first counts. */
const CONFIGURATION: readonly (readonly [RegExp, string])[] = [
  [/account does not exist/i, ADVICE.account],
  [/api ?key/i, ADVICE.key],
  [/access denied|insufficient/i, ADVICE.access],
  [/telephony not enabled/i, ADVICE.telephony],
];

/**
 * What RetailCRM answered, when it did what was asked.
 *
 * @throws CrmError
 */
export function accepted(answer: CrmAnswer): Record<string, unknown> {
  const { status, headers } = answer;
  if (status === 503 || status === 429) throw limited(status, headers['retry-after']);
  const parsed = Flagged.safeParse(answer.json);
  if (!parsed.success) throw notRetailcrm(answer);
  if (parsed.data.success && status < 300) return parsed.data;
  throw refused(status, parsed.data);
}

function limited(status: number, retryAfter: string | undefined): CrmError {
  const seconds = Number(retryAfter ?? NaN);
  const facts = Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {};
  return new CrmError(`RetailCRM wants fewer requests (HTTP ${status})`, { kind: 'limited', ...facts });
}

/** A page of the proxy in front of the accounts, as it answers for those that do not exist and while it is put right. */
export class AccountInDoubt extends CrmError {
  readonly advice = ADVICE.account;
}

/** What passes must not cost a call, and an account that is not there stays away: it is tried again either way. */
function notRetailcrm({ status, headers, text }: CrmAnswer): CrmError {
  const isPage = /^\s*</.test(text) || (headers['content-type'] ?? '').includes('html');
  const reason = `RetailCRM answered HTTP ${status} with ${isPage ? 'a page' : 'something'} that is not its API`;
  return isPage && (status === 404 || status === 405)
    ? new AccountInDoubt(`${reason}; perhaps there is no such account`, { kind: 'unavailable' })
    : new CrmError(reason, { kind: 'unavailable' });
}

function refused(status: number, { errorMsg = 'no reason given', errors = {} }: Flagged): CrmError {
  const details = Object.entries(errors).map(([name, text]) => `${name}: ${String(text)}`);
  const reason = [`RetailCRM (HTTP ${status}): ${errorMsg}`, ...details].join('; ');
  if (status >= 500) return new CrmError(reason, { kind: 'unavailable' });
  const advice = CONFIGURATION.find(([pattern]) => pattern.test(errorMsg))?.[1];
  if (advice !== undefined) return new CrmError(reason, { kind: 'configuration', advice });
  if (status === 401 || status === 403) return new CrmError(reason, { kind: 'configuration', advice: ADVICE.access });
  return new CrmError(reason, {
    kind: 'rejected',
    advice: `RetailCRM не принял звонок: ${[errorMsg, ...details].join('; ')}. Внесите его вручную, если он нужен.`,
  });
}
