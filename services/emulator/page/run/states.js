/** How a run stands, in a word and a sign that need no colour. */

const STATES = {
  playing: { sign: '●', word: 'Идёт звонок', tone: 'busy' },
  waiting: { sign: '‖', word: 'Ждёт', tone: 'busy' },
  checking: { sign: '…', word: 'Проверяю результат', tone: 'busy' },
};

/** The core does not answer: the run goes on when it does. */
const AWAY = { sign: '‖', word: 'Ждёт, пока ответит ядро', tone: 'busy' };

/**
 * @param {{state: string, verdict: {ok: boolean, discrepancies: string[]} | null}} run
 * @returns {{sign: string, word: string, tone: 'busy' | 'good' | 'bad' | 'none'}}
 */
export function stateOf({ state, verdict, pace }) {
  if (state === 'waiting' && pace !== 'steps' && pace !== undefined) return AWAY;
  if (state !== 'done') return STATES[state] ?? { sign: '…', word: state, tone: 'busy' };
  if (!verdict) return { sign: '■', word: 'Остановлен', tone: 'none' };
  return verdict.ok ? { sign: '✓', word: 'Всё сошлось', tone: 'good' } : { sign: '✕', word: 'Не сошлось', tone: 'bad' };
}

/** How many of the events were sent. */
export const sentOf = ({ timeline }) => timeline.filter(({ sent_at }) => sent_at !== undefined).length;
