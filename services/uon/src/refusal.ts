import { CrmError } from '@live-calls/shared/runtime';

const KEY = 'Проверьте api_key в разделе uon и список IP-адресов, с которых U-ON принимает этот ключ.';
const ADDRESS = 'Проверьте api_url в разделе uon: по этому адресу отвечает не API U-ON.';
const CALL = 'U-ON не принял данные звонка. Проверьте call_fields, notification_fields и directions в разделе uon.';
const BY_HAND =
  'Неизвестно, выполнил ли U-ON запрос: повторов он не узнаёт, поэтому запрос не повторяется. Посмотрите в U-ON: если звонка в журнале нет, внесите его вручную.';

/** Nobody knows whether U-ON did it. */
export const unknown = (reason: string): CrmError => new CrmError(reason, { kind: 'unknown', advice: BY_HAND });

/** Something answers at the address of U-ON that is not its API. */
export const notUon = (reason: string): CrmError => new CrmError(reason, { kind: 'configuration', advice: ADDRESS });

/**
 * Why U-ON did not do it. What its errors say is not known, so the status decides: 500, 502 and 503 are taken for "not
 * done"; 504 is a timeout behind its door, where a change may have been made.
 *
 * @param changes the request was to change something
 */
export function refusalOf(status: number, retryAfterMs: number | undefined, changes: boolean): CrmError {
  const reason = `U-ON answered ${status}`;
  if (status === 429)
    return new CrmError(reason, { kind: 'limited', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  if (status === 401 || status === 403) return new CrmError(reason, { kind: 'configuration', advice: KEY });
  if (status === 504 && changes) return unknown(reason);
  if (status >= 500 || status === 408) return new CrmError(reason, { kind: 'unavailable' });
  if (status === 404 || status === 405 || status < 400) return notUon(reason);
  return new CrmError(reason, { kind: 'rejected', advice: CALL });
}
