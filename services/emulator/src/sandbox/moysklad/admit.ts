import { Refused } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { isKnownKey } from '../crm/keys.js';
import { failed } from './errors.js';
import { PHONE } from './references.js';

export function isPhoneApi({ path }: Exchange): boolean {
  return path.startsWith(`${PHONE}/`);
}

/** The Phone API has a header of its own; Remap takes a token, or a login and a password. */
export function keyOf(exchange: Exchange): string | undefined {
  const given = exchange.headers[isPhoneApi(exchange) ? 'lognex-phone-auth-token' : 'authorization'];
  return typeof given === 'string' ? given.replace(/^(Bearer|Basic)\s+/i, '') : undefined;
}

/** @throws Refused when the headers are not as MoySklad wants them */
export function admit(exchange: Exchange): void {
  const { headers } = exchange;
  if (!String(headers['accept-encoding']).includes('gzip')) {
    exchange.violate('Нет заголовка Accept-Encoding: gzip, МойСклад отвечает 415 без тела.');
    throw new Refused({ status: 415 });
  }
  const { accept } = headers;
  if (accept !== undefined && accept.replaceAll(' ', '').toLowerCase() !== 'application/json;charset=utf-8') {
    exchange.violate(`Заголовок Accept: ${accept} не подходит, нужен application/json;charset=utf-8.`);
    throw new Refused(failed(400, 1062));
  }
  if (isKnown(exchange)) return;
  const where = isPhoneApi(exchange) ? 'Lognex-Phone-Auth-Token' : 'Authorization';
  exchange.violate(`Ключ в заголовке ${where} не принят или его нет.`);
  throw new Refused(failed(401, 1056, 'Неправильный пароль или имя пользователя или ключ авторизации'));
}

function isKnown(exchange: Exchange): boolean {
  const key = keyOf(exchange) ?? '';
  if (isPhoneApi(exchange) || /^bearer\s/i.test(exchange.headers.authorization ?? '')) return isKnownKey(key);
  const [, password = ''] = /^[^:]+:(.*)$/.exec(Buffer.from(key, 'base64').toString('utf8')) ?? [];
  return isKnownKey(password);
}
