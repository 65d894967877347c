import { findCalls, readCall, readEvents, readOverview, readServices } from './api.js';
import { showCharts } from './charts.js';
import { showEvents } from './events.js';
import { make } from './make.js';
import { showOldest, showOutbox } from './outbox.js';
import { showServices } from './services.js';
import { spokenClock } from './spoken.js';
import { showCalls, showTimeline } from './timeline.js';
import { showTroubles } from './troubles.js';

const REFRESH_MS = 10_000;
const part = (id) => document.getElementById(id);
const zones = new Map();

function say(box, error) {
  box.replaceChildren(make('p', { class: 'bad', role: 'alert', text: error.message }));
}

function fillEnterprises(enterprises) {
  for (const { number, timezone } of enterprises) zones.set(number, timezone);
  for (const select of document.querySelectorAll('[data-enterprises]')) {
    const known = new Set([...select.options].map(({ value }) => value));
    const fresh = enterprises.filter(({ number }) => !known.has(number));
    select.append(...fresh.map(({ number, name }) => make('option', { value: number, text: `${number} ${name}` })));
  }
}

function tellVerdict(services, overview) {
  const away = services.filter(({ state }) => state !== 'ok').length;
  const enterprises = new Set(overview.troubles.map(({ enterprise }) => enterprise)).size;
  const problems = [
    away > 0 ? `не работает сервисов: ${away}` : '',
    enterprises > 0 ? `предприятий с ошибками: ${enterprises}` : '',
  ].filter(Boolean);
  const verdict = part('verdict');
  verdict.className = `verdict ${problems.length === 0 ? 'good' : 'bad'}`;
  verdict.textContent = problems.length === 0 ? '● Всё работает' : `● Внимание: ${problems.join(', ')}`;
}

async function refresh() {
  const services = await readServices();
  showServices(part('services'), services);
  const overview = await readOverview();
  fillEnterprises(overview.enterprises);
  tellVerdict(services, overview);
  showTroubles(part('troubles'), overview.troubles);
  showCharts(part('charts'), overview);
  showOutbox(part('outbox'), overview.outbox);
  showOldest(part('oldest'), overview);
  part('updated').textContent = `обновлено ${spokenClock(Date.now()).slice(0, 8)}`;
}

/** One after the other, and not while nobody looks. */
async function keepFresh() {
  try {
    if (!document.hidden) await refresh();
  } catch (error) {
    part('verdict').className = 'verdict bad';
    part('verdict').textContent = `● ${error.message}`;
  }
  setTimeout(keepFresh, REFRESH_MS);
}

async function openCall({ enterprise, uuid }) {
  const box = part('call');
  try {
    showTimeline(box, await readCall(enterprise, uuid));
  } catch (error) {
    say(box, error);
  }
  box.scrollIntoView({ block: 'start' });
}

part('search').addEventListener('submit', async (event) => {
  event.preventDefault();
  part('call').replaceChildren();
  try {
    const calls = await findCalls(Object.fromEntries(new FormData(event.target)));
    showCalls(part('found'), calls, openCall);
    if (calls.length === 1) part('found').querySelector('button').click();
  } catch (error) {
    say(part('found'), error);
  }
});

part('events-of').addEventListener('change', async ({ target }) => {
  const enterprise = target.value;
  if (enterprise === '') {
    part('events').replaceChildren();
    return;
  }
  try {
    const events = await readEvents(enterprise);
    showEvents(part('events'), events, zones.get(enterprise) ?? null, (uuid) => openCall({ enterprise, uuid }));
  } catch (error) {
    say(part('events'), error);
  }
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh().catch(() => undefined); // the next turn tells
});
void keepFresh();
