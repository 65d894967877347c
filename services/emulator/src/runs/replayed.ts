import type { Expected, TimedEvent } from '../scenarios/call.js';
import type { Ids, Lane } from './plan.js';
import type { ReplayRequest } from './request.js';

const LONGEST_GAP_OF_FAST_MS = 250;
const NOTHING: Expected = { calls: [], finalMessages: 0 };

/**
 * Given events as the enterprise's host would send them. Its token is put where one is missing; fresh ids are put in
 * place of the given ones when that was asked for, the same for the same.
 */
export function replayed(request: ReplayRequest, token: string, { beganAt, ids }: { beganAt: number; ids: Ids }): Lane {
  const { events, rewrite, expected, enterprise, pace } = request;
  const fresh = rewrite ? freshIds(beganAt, ids) : (body: Record<string, unknown>) => body;
  const offsets = pacedOffsets(
    events.map(({ offset_ms }) => offset_ms),
    pace,
  );
  const steps = events.map(({ event, body }, index): TimedEvent => ({
    event,
    offset_ms: offsets[index] ?? 0,
    body: { ...fresh(body), Token: token },
  }));
  return {
    enterprise,
    token,
    steps,
    expected: expected ? { calls: expected.calls, finalMessages: expected.final_messages } : NOTHING,
    neverOver: 0,
  };
}

function pacedOffsets(offsets: readonly number[], pace: ReplayRequest['pace']): number[] {
  if (pace === 'once') return offsets.map(() => 0);
  const first = offsets[0] ?? 0;
  let at = 0;
  // The list's order counts: an offset that goes back is no time at all.
  if (pace !== 'fast') return offsets.map((offset) => (at = Math.max(at, offset - first)));
  return offsets.map((offset, index) => {
    at += Math.min(LONGEST_GAP_OF_FAST_MS, Math.max(0, offset - (offsets[index - 1] ?? offset)));
    return at;
  });
}

function freshIds(beganAt: number, ids: Ids): (body: Record<string, unknown>) => Record<string, unknown> {
  const known = new Map<unknown, string>();
  const freshFor = (id: unknown, make: () => string): unknown => {
    if (id === undefined || id === null || id === '') return id;
    const made = known.get(id) ?? make();
    known.set(id, made);
    return made;
  };
  const channel = (): string => `${String(Math.floor(beganAt / 1_000))}.${String(ids.nextChannel())}`;
  return (body) => ({
    ...body,
    ...('UniqueId' in body && { UniqueId: freshFor(body['UniqueId'], channel) }),
    ...('BridgeUniqueid' in body && { BridgeUniqueid: freshFor(body['BridgeUniqueid'], ids.nextBridge) }),
  });
}
