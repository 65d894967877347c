import type { HostRow } from './hostRow.js';

type Answer = Pick<HostRow, 'status' | 'response'>;

/** Whether the host was told 200. */
export const isAccepted = ({ status }: Answer): boolean => codeOf(status) === '200';

/** Why an event did not arrive, as far as the host knows; Russian. */
export function reasonOf({ status, response }: Answer): string {
  const code = codeOf(status);
  if (/ping/i.test(response)) return 'АТС не видела сервер (нет ping) и не отправляла';
  if (code === '200') return 'АТС получила ответ 200, но в базе события нет';
  if (code !== null) return `сервер ответил ${code}`;
  if (status === '' || /time.?out/i.test(status)) return 'нет ответа за 3 с (таймаут)';
  return status.slice(0, 60);
}

function codeOf(status: string): string | null {
  return /^\D*(\d{3})\D*$/.exec(status)?.[1] ?? null;
}
