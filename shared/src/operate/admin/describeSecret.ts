import type { StoredSecret } from '../../db/administrationSecrets.js';

/** Where a secret is, in Russian; nothing of it itself. */
export function describeSecret({ enterpriseNumber, enterpriseName, place }: StoredSecret): string {
  const of = `предприятие ${enterpriseNumber} (${enterpriseName})`;
  if (place.kind === 'bot') return `${of}: токен бота`;
  if (place.kind === 'subscriber') return `${of}: токен бота подписчика ${place.chatId}`;
  return `${of}: ${place.section}.${place.field}`;
}
