import type { TimedEvent } from '../call.js';

/** A call among others: on which host (tenant), and how long after the first one it begins. */
export interface Planned {
  token: string;
  beginsAfterMs: number;
  events: readonly TimedEvent[];
}

/** An event and the token of the host that posts it. */
export interface HostEvent extends TimedEvent {
  token: string;
}

/** Several calls at once, on one host or on several, as one sequence. */
export function together(calls: readonly Planned[]): HostEvent[] {
  return calls
    .flatMap(({ token, beginsAfterMs, events }) =>
      events.map((event) => ({ ...event, token, offset_ms: event.offset_ms + beginsAfterMs })),
    )
    .toSorted((one, other) => one.offset_ms - other.offset_ms);
}
