/** Of the states of a call, as operators read them. */
export const STATE_WORDS: Readonly<Record<string, string>> = {
  start: 'поступил',
  dial: 'вызов',
  talk: 'разговор',
  final: 'завершён',
};

/** Of what CRMs learn. */
const EVENT_WORDS: Readonly<Record<string, string>> = {
  dial: 'вызов',
  answer: 'ответ',
  hangup: 'завершение',
  cancel: 'отмена',
  record: 'запись',
  client: 'поиск клиента',
  test: 'проверка',
};

export const eventWord = (event: string | null): string => EVENT_WORDS[event ?? ''] ?? event ?? 'событие';

const VERSION_WORDS: Readonly<Record<string, string>> = { live: 'живое', final: 'итог', none: 'убрать' };
export const kindWord = (kind: string): string => VERSION_WORDS[kind] ?? kind;

/** e.g. `350 мс`, `2,4 с`, `3 мин`. */
export function spokenMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} мс`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1).replace('.', ',')} с`;
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} мин` : `${Math.round(ms / 3_600_000)} ч`;
}
