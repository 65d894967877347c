import { randomInt } from 'node:crypto';
import { createCallValues } from '../player/callValues.js';
import { fillText, type Values } from '../player/fill.js';
import { play, type PlayedStep, type PostEvent } from '../player/play.js';
import { createPost, hostHeaders } from '../player/post.js';
import type { TesterLog } from '../log/testerLog.js';
import { incomingAnswered } from '../scenarios/incomingAnswered.js';
import { incomingMissed } from '../scenarios/incomingMissed.js';

interface Demo {
  coreUrl: string;
  /** Told of everything that is posted. */
  log: Omit<TesterLog, 'flush'>;
  pageUrl: string;
  print: (line: string) => void;
  wait: (ms: number) => Promise<void>;
  pace?: number;
}

/** The core did not answer: it is not there, or it is too slow for a host. */
class NoAnswer extends Error {
  override name = 'NoAnswer';

  constructor(
    /** Nobody listens there at all. */
    readonly isRefused: boolean,
  ) {
    super('no answer');
  }
}

/** The enterprise that a fresh database holds. */
const ENTERPRISE = { token: '375293332255', timezone: 'Europe/Minsk' };
const CLIENT = '375290000001';
const PAUSE_MS = 2_000;

const CALLS = [
  { scenario: incomingAnswered, given: { line: '0001363', answered: '151' } },
  { scenario: incomingMissed, given: { line: '0001366' } },
];

/**
 * Plays two calls against the running core and tells in Russian what happens.
 *
 * @returns whether the core took every event
 */
export async function runDemo({ coreUrl, log, pageUrl, print, wait, pace = 1 }: Demo): Promise<boolean> {
  const postEvent = createPostEvent(coreUrl, log);
  // Hosts count channels from their start on; two demos in one second must not share one.
  let channels = randomInt(1, 1_000_000);
  let refused = 0;
  print(`Сообщения появляются здесь: ${pageUrl}`);
  try {
    for (const [index, { scenario, given }] of CALLS.entries()) {
      if (index > 0) await wait(PAUSE_MS / pace);
      print(`\nЗвонок ${index + 1} из ${CALLS.length}. ${scenario.title}`);
      const values = createCallValues({
        given: { token: ENTERPRISE.token, client: CLIENT, ...given },
        timezone: ENTERPRISE.timezone,
        nextChannel: () => ++channels,
        now: Date.now,
      });
      const onStep = (played: PlayedStep): void => {
        if (played.answer.status !== 200) refused++;
        print(describe(played, values));
      };
      await play(scenario, { values, postEvent, wait, pace, onStep });
    }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    print(`\n${explain(error, coreUrl)}`);
    return false;
  }
  print(refused === 0 ? `\nГотово. Оба звонка — на странице ${pageUrl}` : `\n${explainRefusals(refused)}`);
  return refused === 0;
}

/** @throws NoAnswer */
function createPostEvent(coreUrl: string, log: Demo['log']): PostEvent {
  const post = createPost(coreUrl, log);
  return async (event, body) => {
    const posted = await post({ event, body, headers: hostHeaders(ENTERPRISE.token) });
    if (posted.kind === 'no answer') throw new NoAnswer(posted.refused);
    return { status: posted.status, body: JSON.stringify(posted.answer), ms: posted.ms };
  };
}

function describe({ step, atMs, answer }: PlayedStep, values: Values): string {
  const at = (atMs / 1_000).toFixed(1).replace('.', ',').padStart(5);
  const mark = answer.status === 200 ? '✓' : '✗';
  const body = answer.body.replaceAll(/\s+/g, ' ').slice(0, 120);
  const reply = `${mark} ${answer.status} за ${answer.ms} мс${body === '' ? '' : ` ${body}`}`;
  return `${at} с  ${step.event.padEnd(14)} ${fillText(step.says, values).padEnd(50)} ${reply}`;
}

function explain(error: NoAnswer, coreUrl: string): string {
  return error.isRefused
    ? `Ядро не отвечает по адресу ${coreUrl}. Запустите его командой npm start и повторите npm run demo.`
    : `Ядро по адресу ${coreUrl} не ответило за 3 секунды. Посмотрите его журнал logs/app.log.`;
}

function explainRefusals(refused: number): string {
  return (
    `Ядро не приняло событий: ${refused} (ответы с ✗). Проверьте, что в базе есть предприятие с токеном ` +
    `${ENTERPRISE.token}, и посмотрите журнал logs/app.log.`
  );
}
