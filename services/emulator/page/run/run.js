import { downloadPath, readRun, replay, sendNextEvent, startRun, stopRun, watchRun } from '../api.js';
import { showCalls } from './callRows.js';
import { copyText } from './copyText.js';
import { showCrm } from './crm.js';
import { sentOf, stateOf } from './states.js';
import { listenForSteps } from './stepKeys.js';
import { createTimeline } from './timeline.js';
import { showVerdict } from './verdict.js';

const RETRY_MS = 2000;

/** The same once more, with whoever took part also where that was left open. */
const repeated = ({ request, fields }) => ({ ...request, fields });

/**
 * A run, live.
 *
 * @param {{bar: HTMLElement, section: HTMLElement}} places
 * @param {object} parts
 * @param {(id: string | null) => void} parts.onOpen another run is shown, or none
 * @param {(run: object) => void} parts.onRun each time the run is shown anew
 */
export function createRunView({ bar, section }, { onOpen, onRun }) {
  const find = (name) => bar.querySelector(`[data-part=${name}]`) ?? section.querySelector(`[data-part=${name}]`);
  const timeline = createTimeline(find('timeline'));
  let openId = null;
  let run;
  let unwatch = () => {};

  function open(id) {
    unwatch();
    openId = id;
    run = undefined;
    tell('');
    onOpen(id);
    showPlaces('loading');
    watch(id);
  }

  function watch(id) {
    unwatch = watchRun(id, {
      onRun: (next) => {
        if (id === openId) show(next);
      },
      onConnection: (isThere) => tell(isThere || run?.state === 'done' ? '' : 'Нет связи с эмулятором, подключаюсь…'),
      onGone: () => id === openId && look(id),
    });
  }

  /** The stream was refused: the run is gone, or the service is. */
  async function look(id) {
    try {
      show(await readRun(id));
      if (run.state !== 'done') setTimeout(() => id === openId && watch(id), RETRY_MS);
    } catch (error) {
      if (id !== openId) return;
      if (run !== undefined) return tell(error.message);
      showPlaces('gone');
      find('gone-text').textContent = `${error.message} Хранятся последние 200 прогонов.`;
    }
  }

  function show(next) {
    const isFirst = run === undefined;
    const hasEnded = run !== undefined && run.state !== 'done' && next.state === 'done';
    run = next;
    if (run.state === 'done') unwatch();
    showPlaces('there');
    showBar();
    find('title').textContent = run.title;
    find('about').textContent = `${run.scenario ?? 'события'} · предприятие ${run.enterprise}`;
    find('download').href = downloadPath(run.run_id);
    timeline.show(run);
    followTimeline();
    showVerdict(find('verdict'), run);
    showCalls(find('calls'), run);
    showCrm(find('crm'), run.crm);
    if (hasEnded && !section.contains(document.activeElement)) section.scrollTop = 0;
    onRun(run, isFirst);
  }

  function showBar() {
    const { sign, word, tone } = stateOf(run);
    bar.dataset.tone = tone;
    find('sign').textContent = sign;
    say(find('word'), tone === 'bad' ? `${word}: ${run.verdict.discrepancies.length}` : word);
    find('progress').textContent = `${sentOf(run)} из ${run.timeline.length}`;
    const isSteps = run.pace === 'steps' && (run.state === 'waiting' || run.state === 'playing');
    const step = find('step');
    const hadFocus = document.activeElement === step;
    step.hidden = !isSteps;
    step.setAttribute('aria-disabled', String(run.state !== 'waiting'));
    find('stop').hidden = run.state !== 'playing' && run.state !== 'waiting';
    measureBar();
    if (hadFocus && step.hidden) find('repeat').focus();
  }

  /** What is scrolled to should not hide behind the bar. */
  function measureBar() {
    document.documentElement.style.setProperty('--bar', `${bar.offsetHeight}px`);
  }

  /** Screen readers hear it once, not with each event. */
  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function followTimeline() {
    const list = find('timeline');
    const last = [...list.querySelectorAll('.event:not(.is-pending)')].at(-1);
    if (run.state === 'done' || last === undefined || section.scrollHeight <= section.clientHeight) return;
    if (!list.contains(document.activeElement)) last.scrollIntoView({ block: 'nearest' });
  }

  function step() {
    if (run?.state !== 'waiting' || run.pace !== 'steps') return false;
    find('step').setAttribute('aria-disabled', 'true');
    run = { ...run, state: 'playing' };
    attempt(() => sendNextEvent(run.run_id));
    return true;
  }

  async function attempt(action) {
    try {
      tell('');
      await action();
    } catch (error) {
      tell(error.message);
    }
  }

  async function repeat() {
    open(run.scenario === null ? await replay(run.request) : await startRun(repeated(run)));
  }

  async function copyLink() {
    const url = new URL(location.pathname, location.origin);
    url.searchParams.set('run', run.run_id);
    tell((await copyText(url.href)) ? 'Ссылка скопирована.' : `Ссылка: ${url.href}`);
  }

  function tell(text) {
    find('notice').textContent = text;
  }

  function showPlaces(what) {
    bar.hidden = what !== 'there';
    for (const place of ['loading', 'gone', 'there', 'none']) {
      for (const element of section.querySelectorAll(`[data-when=${place}]`)) element.hidden = place !== what;
    }
  }

  find('step').addEventListener('click', step);
  find('stop').addEventListener('click', () => attempt(() => stopRun(run.run_id)));
  find('repeat').addEventListener('click', () => attempt(repeat));
  find('copy').addEventListener('click', copyLink);
  listenForSteps(step);
  new ResizeObserver(measureBar).observe(bar);
  showPlaces('none');

  return {
    open,
    /** For whoever has just started a run: the next key is the next event. */
    focusStep: () => find('step').hidden || find('step').focus(),
  };
}
