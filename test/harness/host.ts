import { setTimeout as pause } from 'node:timers/promises';
import type { FixtureEvent } from '../fixtures/fixtures.js';

interface HostOptions {
  /** Where the core is now; it may change while events are posted. */
  core: () => string;
  /** Milliseconds of real time per millisecond of the sequence; 0: as fast as the core answers. */
  pace?: number;
}

/**
 * Posts events like a PBX host: one after the other. Unlike a host it posts again what was not acknowledged, as
 * recovery would bring it: what was stored without an answer is stored twice then.
 */
export async function post(events: FixtureEvent[], { core, pace = 0 }: HostOptions): Promise<void> {
  const begun = Date.now();
  for (const { event, offset_ms, body } of events) {
    if (pace > 0) await pause(Math.max(0, begun + offset_ms * pace - Date.now()));
    while (!(await isStored(`${core()}/${event}`, body))) await pause(50);
  }
}

async function isStored(url: string, body: Record<string, unknown>): Promise<boolean> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
