import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { FixtureEvent } from '../fixtures/fixtures.js';

interface HostOptions {
  /** Where the core is now; it may change while events are posted. */
  core: () => string;
  /** Milliseconds of real time per millisecond of the sequence; 0: as fast as the core answers. */
  pace?: number;
  /** Told of every answer; undefined when there was none. */
  onAnswer?: (status: number | undefined) => void;
}

/** As a host: then it goes on, and what it said may arrive all the same. */
const PATIENCE_MS = 3_000;

/**
 * Posts events like a PBX host: one after the other, on one connection. Unlike a host it posts again what was not
 * acknowledged, as recovery would bring it: what was stored without an answer is stored twice then.
 *
 * @returns the ids under which the events were acknowledged, in the order of the events
 */
export async function post(
  events: FixtureEvent[],
  { core, pace = 0, onAnswer = () => undefined }: HostOptions,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const begun = Date.now();
  const ids: number[] = [];
  for (const { event, offset_ms, body } of events) {
    if (pace > 0) await pause(Math.max(0, begun + offset_ms * pace - Date.now()));
    for (;;) {
      const { status, id } = await answerTo(`${core()}/${event}`, body, agent);
      onAnswer(status);
      if (id !== undefined) {
        ids.push(id);
        break;
      }
      await pause(50);
    }
  }
  agent.destroy();
  return ids;
}

async function answerTo(
  url: string,
  body: Record<string, unknown>,
  agent: Agent,
): Promise<{ status?: number; id?: number }> {
  const outgoing = request(url, {
    agent,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  outgoing.end(JSON.stringify(body));
  try {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const status = response.statusCode ?? 0;
    const answer = (await json(response)) as { event_id?: number };
    return status === 200 && answer.event_id !== undefined ? { status, id: answer.event_id } : { status };
  } catch {
    return {};
  }
}
