/** What the page asks of the core. */

const AWAY = 'Ядро не отвечает. Проверьте, что оно запущено (npm start).';
const BY_STATUS = {
  503: 'База данных не отвечает или отвечает слишком долго. Проверьте, что она запущена.',
};

async function ask(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  const response = await fetch(`/status/api/${path}${search}`, { cache: 'no-store' }).catch(() => {
    throw new Error(AWAY);
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  // Signed out: the form to sign in with is at the same address.
  if (response.status === 404 && body.detail === 'not found') location.reload();
  throw new Error(BY_STATUS[response.status] ?? body.detail ?? `Ядро ответило ${response.status}.`);
}

export const readServices = async () => (await ask('services')).services;
export const readOverview = () => ask('overview');
export const findCalls = async (query) => (await ask('calls', query)).calls;
export const readCall = (enterprise, uuid) => ask('call', { enterprise, uuid });
export const readEvents = async (enterprise) => (await ask('events', { enterprise })).events;
