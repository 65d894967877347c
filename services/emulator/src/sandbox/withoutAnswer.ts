import type { Response } from 'express';
import type { Fault } from './faults.js';
import type { OpenEnded } from './openEnded.js';

/** Longer than any client waits, short enough not to keep connections for ever. */
const HELD_MS = 120_000;

/** Leaves the client without an answer when that is the fault. @returns whether it did */
export function withoutAnswer(fault: Pick<Fault, 'mode'>, response: Response, openEnded: OpenEnded): boolean {
  switch (fault.mode) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'timeout':
    case 'accept_timeout':
      openEnded.add(response);
      endAfter(response, HELD_MS);
      return true;
    default:
      return false;
  }
}

function endAfter(response: Response, ms: number): void {
  const timer = setTimeout(() => response.destroy(), ms);
  response.once('close', () => {
    clearTimeout(timer);
  });
}
