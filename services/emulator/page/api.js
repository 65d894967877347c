/** What the form and the runs ask of the service. */

/** An answer that is no success; its message is for the person at the page. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {{field: string, message: string}[]} errors what is wrong, field by field
   */
  constructor(message, errors = []) {
    super(message);
    this.errors = errors;
  }
}

const AWAY = 'Эмулятор не отвечает. Проверьте, что он запущен (npm start), и повторите.';
const BY_STATUS = {
  404: 'Такого здесь нет.',
  422: 'Проверьте отмеченные поля.',
  503: 'База данных не отвечает. Проверьте, что она запущена, и повторите.',
};

async function ask(path, options) {
  const response = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store', ...options }).catch(
    () => {
      throw new Refusal(AWAY);
    },
  );
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const errors = Array.isArray(body.errors) ? body.errors : [];
  const [general] = errors.filter(({ field }) => field === '');
  const message = BY_STATUS[response.status] ?? (general && sentence(general.message));
  throw new Refusal(message ?? `Эмулятор ответил ${response.status}. Подробности в его журнале.`, errors);
}

/** The service's messages begin small. */
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const post = (path, body = {}) =>
  ask(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const runPath = (id) => `api/emulate/${encodeURIComponent(id)}`;
const ofEnterprise = (number) => `?enterprise=${encodeURIComponent(number)}`;

/** Those that calls may be played in: the tests, and the others only where the service allows it. */
export async function readEnterprises() {
  const { enterprises, production_allowed = false } = await ask('api/enterprises');
  return enterprises.filter(({ is_test }) => is_test || production_allowed);
}

export const readCatalogue = () => ask('api/scenarios');

/** Who and what calls can be played with in an enterprise, as the database has it now. */
export async function readDirectory(enterprise) {
  const [{ managers }, { lines }] = await Promise.all([
    ask(`api/managers${ofEnterprise(enterprise)}`),
    ask(`api/lines${ofEnterprise(enterprise)}`),
  ]);
  return { managers, lines };
}

/** @returns {Promise<string>} E.164 */
export const randomPhone = async (country) =>
  (await ask(`api/random-phone?country=${encodeURIComponent(country)}`)).phone;

/** @returns {Promise<string>} the run's id */
export const startRun = async (input) => (await post('api/emulate', input)).run_id;
/** @returns {Promise<string>} the run's id */
export const replay = async (input) => (await post('api/replay', input)).run_id;

export const readRuns = async () => (await ask('api/emulate')).runs;
export const readRun = (id) => ask(runPath(id));
export const sendNextEvent = (id) => post(`${runPath(id)}/step`);
export const stopRun = (id) => post(`${runPath(id)}/stop`);
/** Where the run can be had as a file. */
export const downloadPath = (id) => `${runPath(id)}?download=1`;

/**
 * Hears the run each time it changes.
 *
 * @returns {() => void} ends it
 */
export function watchRun(id, { onRun, onConnection, onGone }) {
  const source = new EventSource(`${runPath(id)}/stream`);
  source.addEventListener('open', () => onConnection(true));
  source.addEventListener('run', ({ data }) => onRun(JSON.parse(data)));
  source.addEventListener('error', () => {
    onConnection(false);
    // The browser reconnects by itself unless it was refused.
    if (source.readyState === EventSource.CLOSED) onGone();
  });
  return () => source.close();
}
