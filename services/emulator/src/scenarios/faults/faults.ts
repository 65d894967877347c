import type { Expected, TimedEvent } from '../call.js';
import { withWrongClock } from './clock.js';
import { expectedWithoutBridges, expectedWithoutHangups, expectedAsEver, type Outlook } from './outlook.js';

/** The server stands still for a while; whoever plays the call sees to it. */
export interface ServerPause {
  event: 'server_pause';
  offset_ms: number;
  /** Shorter than the 3 s that a host waits, so nothing is lost. */
  lasts_ms: number;
}

export type FaultStep = TimedEvent | ServerPause;

/** Something that goes wrong between a host and the core while a call goes on. */
export interface Fault {
  code: 'twice' | 'swapped' | 'hangup-lost' | 'bridges-lost' | 'clock-wrong' | 'server-pauses';
  /** Russian. */
  title: string;
  /** What happens instead of the events of a call (or of several). */
  stepsFrom: (events: readonly TimedEvent[]) => FaultStep[];
  /** What must come of it. */
  outlookOf: (expected: Expected, events: readonly TimedEvent[]) => Outlook;
}

const PAUSE_MS = 2_000;

export const faults: readonly Fault[] = [
  {
    code: 'twice',
    title: 'Каждое событие приходит дважды',
    stepsFrom: (events) => events.flatMap((event) => [event, event]),
    outlookOf: expectedAsEver,
  },
  {
    code: 'swapped',
    title: 'Соседние события меняются местами',
    stepsFrom: swapNeighbours,
    outlookOf: expectedAsEver,
  },
  {
    code: 'hangup-lost',
    title: 'Завершение звонка не дошло',
    stepsFrom: (events) => events.filter(({ event }) => event !== 'hangup'),
    outlookOf: expectedWithoutHangups,
  },
  {
    code: 'bridges-lost',
    title: 'События разговора не дошли',
    stepsFrom: (events) => events.filter(({ event }) => !event.startsWith('bridge')),
    outlookOf: expectedWithoutBridges,
  },
  {
    code: 'clock-wrong',
    title: 'Часы АТС стоят на 1970 годе',
    stepsFrom: withWrongClock,
    outlookOf: expectedAsEver,
  },
  {
    code: 'server-pauses',
    title: 'Сервер замирает посреди звонка',
    stepsFrom: pauseInTheMiddle,
    outlookOf: expectedAsEver,
  },
];

/** Two by two; the times stay where they were. */
function swapNeighbours(events: readonly TimedEvent[]): TimedEvent[] {
  return events.map((event, index) => {
    const neighbour = events[index % 2 === 0 ? index + 1 : index - 1];
    return { ...(neighbour ?? event), offset_ms: event.offset_ms };
  });
}

function pauseInTheMiddle(events: readonly TimedEvent[]): FaultStep[] {
  const middle = Math.ceil(events.length / 2);
  const pause: ServerPause = {
    event: 'server_pause',
    offset_ms: events[middle - 1]?.offset_ms ?? 0,
    lasts_ms: PAUSE_MS,
  };
  return [...events.slice(0, middle), pause, ...events.slice(middle)];
}
