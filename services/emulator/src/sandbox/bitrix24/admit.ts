import { Refused } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { isKnownKey } from '../crm/keys.js';
import { failed } from './answers.js';
import { inputOf, textOf } from './input.js';
import { findUser } from './portal.js';

interface Address {
  /** A webhook's address: whose it is, and its code. Else an application's, with a token in `auth`. */
  webhook?: { userId: string; code: string };
  method: string;
}

/** `/rest/{user}/{code}/{method}` or `/rest/{method}`, with `.json` or without. */
export function readAddress({ path }: Pick<Exchange, 'path'>): Address {
  const [, rest, ...parts] = path.split('/');
  const method = (parts.at(-1) ?? '').replace(/\.json$/, '');
  const [userId = '', code = ''] = parts;
  if (rest !== 'rest' || parts.length === 1) return { method: rest === 'rest' ? method : path };
  return { webhook: { userId, code }, method: parts.length === 3 ? method : '' };
}

export function keyOf(exchange: Exchange): string | undefined {
  const { webhook } = readAddress(exchange);
  return webhook === undefined ? textOf(inputOf(exchange)['auth']) || undefined : webhook.code;
}

/** @throws Refused when neither a webhook nor an application may ask */
export function admit(exchange: Exchange): void {
  const { webhook, method } = readAddress(exchange);
  const key = keyOf(exchange) ?? '';
  if (webhook === undefined) {
    if (isKnownKey(key) || method === 'upload') return;
    exchange.violate('Токен приложения (auth) не принят или его нет.');
    throw new Refused(
      key === ''
        ? failed(401, 'NO_AUTH_FOUND', 'Wrong authorization data')
        : failed(401, 'expired_token', 'The access token provided has expired'),
    );
  }
  if (isKnownKey(key) && findUser(Number(webhook.userId)) !== undefined) return;
  exchange.violate('Код вебхука или номер его пользователя в адресе не принят.');
  throw new Refused(failed(403, 'INVALID_CREDENTIALS', 'Invalid request credentials'));
}
