import { formatted } from '../form/phone.js';

const isAnswered = ({ CallStatus }) => String(CallStatus) === '2';
const isOfClient = ({ CallType }) => CallType === undefined || String(CallType) === '0';

/** What an event says, for people: the signs are those of the messages in Telegram. */
const WORDS = {
  start: () => ({ sign: '📞', word: 'Звонок начался' }),
  dial: (body) => ({ sign: '📞', word: isOfClient(body) ? 'Звонят менеджерам' : 'Набирают номер' }),
  bridge: () => ({ sign: '🔗', word: 'Вошёл в разговор' }),
  bridge_leave: () => ({ sign: '·', word: 'Вышел из разговора' }),
  bridge_create: () => ({ sign: '·', word: 'Разговор открыт' }),
  bridge_destroy: () => ({ sign: '·', word: 'Разговор закрыт' }),
  new_callerid: () => ({ sign: '·', word: 'Номер канала' }),
  hangup: (body) =>
    isAnswered(body) ? { sign: '✅', word: 'Завершён, ответили' } : { sign: '❌', word: 'Завершён, не ответили' },
  server_pause: () => ({ sign: '‖', word: 'Сервер замер' }),
};

/** @returns {{sign: string, word: string}} */
export const wordsOf = ({ event, body = {} }) => WORDS[event]?.(body) ?? { sign: '·', word: '' };

/** Who takes part in the event, in one line: `+375 (29) 000-00-01 → 150, 151`. */
export function partiesOf({ event, body = {} }) {
  const { Phone, Extensions, CallerIDNum, ConnectedLineNum, Trunk } = body;
  const from = numberOf(Phone ?? CallerIDNum);
  const to = [Extensions ?? ConnectedLineNum ?? []].flat().map(numberOf).filter(Boolean).join(', ');
  const sides = event === 'bridge' || event === 'bridge_leave' ? ' ↔ ' : ' → ';
  const parties = [from, to].filter(Boolean).join(sides);
  return Trunk ? [parties, `линия\u00a0${Trunk}`].filter(Boolean).join(' · ') : parties;
}

function numberOf(value) {
  const text = String(value ?? '');
  if (text === '' || text === '<unknown>') return '';
  // A number is read whole: it does not break over lines.
  return /^\d{10,15}$/.test(text) ? formatted(`+${text}`).replaceAll(' ', '\u00a0').replaceAll('-', '\u2011') : text;
}
