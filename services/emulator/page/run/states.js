/** How a run stands, in a word and a sign that need no colour. */

const STATES = {
  playing: { sign: '▶', word: 'Идёт звонок', tone: 'busy' },
  waiting: { sign: '⏸', word: 'Ждёт следующего события', tone: 'busy' },
  checking: { sign: '…', word: 'Проверяю результат', tone: 'busy' },
};

/**
 * @param {{state: string, verdict: {ok: boolean, discrepancies: string[]} | null}} run
 * @returns {{sign: string, word: string, tone: 'busy' | 'good' | 'bad' | 'none'}}
 */
export function stateOf({ state, verdict }) {
  if (state !== 'done') return STATES[state] ?? { sign: '…', word: state, tone: 'busy' };
  if (!verdict) return { sign: '■', word: 'Остановлен', tone: 'none' };
  return verdict.ok ? { sign: '✓', word: 'Всё сошлось', tone: 'good' } : { sign: '✕', word: 'Не сошлось', tone: 'bad' };
}

/** How many of the events were sent. */
export const sentOf = ({ timeline }) => timeline.filter(({ sent_at }) => sent_at !== undefined).length;
