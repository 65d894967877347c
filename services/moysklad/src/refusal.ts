import { CrmError, type CrmAnswer } from '@live-calls/shared/runtime';
import { VendorErrors } from './shapes.js';

type Facts = ConstructorParameters<typeof CrmError>[1];

/** MoySklad answered that it will not do it. */
export class Refusal extends CrmError {
  constructor(
    reason: string,
    facts: Facts,
    /** MoySklad's own numbers of what is wrong. */
    readonly codes: readonly number[],
    /** What is wrong in its words. */
    readonly words: string,
  ) {
    super(reason, facts);
  }
}

const KEY =
  'Проверьте ключи в разделе ms: integration_code (телефония) и api_token (JSON API); МойСклад их не принимает.';
const RIGHTS = 'Дайте сотруднику, чей api_token указан в разделе ms, права на просмотр контрагентов и сотрудников.';
const SOLUTION =
  'Подключите решение телефонии в МойСклад (Настройки → Приложения) и укажите его ключ в integration_code.';
const ADDRESS = 'Проверьте phone_api_url и api_url в разделе ms: по этому адресу отвечает не МойСклад.';
const CALL = 'МойСклад не принял данные звонка. Проверьте employee_mapping в разделе ms.';

const configuration = (advice: string): Facts => ({ kind: 'configuration', advice });
const limited = (retryAfterMs: number | undefined): Facts =>
  retryAfterMs === undefined ? { kind: 'limited' } : { kind: 'limited', retryAfterMs };

const MINUTE = 60_000;

/** What its numbers mean, where the status does not say it. */
const BY_CODE: Readonly<Record<number, (retryAfterMs: number | undefined) => Facts>> = {
  1002: () => configuration(ADDRESS),
  1016: () => configuration(RIGHTS),
  1048: () => limited(10 * MINUTE), // too many bad logins: the key may be good
  1049: limited,
  1056: () => configuration(KEY),
  1065: () => ({ kind: 'unavailable' }), // changed by somebody else at the same moment
  1073: limited,
  1074: () => ({ kind: 'unavailable' }),
  1095: () => limited(MINUTE),
  1999: () => ({ kind: 'unavailable' }),
  55008: () => configuration(SOLUTION),
};

/** Why MoySklad did not do it. @param answer of a status that is not 2xx */
export function refusalOf(answer: CrmAnswer): Refusal {
  const errors = VendorErrors.safeParse(answer.json).data?.errors ?? [];
  const codes = errors.flatMap(({ code }) => code ?? []);
  const words = errors.map(({ error, error_message }) => error_message ?? error).join('; ');
  const reason = [`MoySklad answered ${answer.status}`, codes.join(', '), words]
    .filter((part) => part !== '')
    .join(': ');
  const told = codes.map((code) => BY_CODE[code]).find((facts) => facts !== undefined);
  const facts = told?.(retryAfterMs(answer)) ?? factsOfStatus(answer, errors.length > 0);
  return new Refusal(reason, facts, codes, words);
}

/** @param isVendors the answer is MoySklad's own, not that of a proxy on the way */
function factsOfStatus(answer: CrmAnswer, isVendors: boolean): Facts {
  const { status } = answer;
  if (status === 429) return limited(retryAfterMs(answer));
  if (status === 401) return configuration(KEY);
  if (status === 404 && !isVendors) return configuration(ADDRESS);
  if (status >= 300 && status < 400) return configuration(ADDRESS);
  if (status === 403 && isVendors) return configuration(RIGHTS);
  if (status === 415 || (isVendors && status < 500 && status !== 408)) return { kind: 'rejected', advice: CALL };
  return { kind: 'unavailable' };
}

/** Both in milliseconds: how long to wait, else until the window begins anew. */
function retryAfterMs({ headers }: CrmAnswer): number | undefined {
  const told = [headers['x-lognex-retry-after'], headers['x-lognex-reset']].map((text) => Number(text ?? NaN));
  return told.find((ms) => ms > 0);
}

/** What was answered is not what MoySklad answers. */
export const unreadable = (what: string): CrmError =>
  new CrmError(`MoySklad answered ${what} in a form that cannot be read`, { kind: 'unavailable' });

const NOT_FOUND = 1021;
const NOT_UNIQUE = 3006;
/** Something is wrong with a reference to another object. */
const OF_REFERENCES = [1051, 1052, 1060, 2010, 2011, 2013];

const says = (error: unknown, ...codes: readonly number[]): error is Refusal =>
  error instanceof Refusal && error.codes.some((code) => codes.includes(code));

/** There is no call with this id. */
export const isNoCall = (error: unknown): boolean => says(error, NOT_FOUND) && !isNoEmployee(error);

/** There is a call with this id already. */
export const isCallThere = (error: unknown): boolean => says(error, NOT_UNIQUE);

/** An employee that was named is not there (any more). */
export const isNoEmployee = (error: unknown): boolean =>
  says(error, ...OF_REFERENCES) || (says(error, NOT_FOUND) && /employee|сотрудник/i.test(error.words));
