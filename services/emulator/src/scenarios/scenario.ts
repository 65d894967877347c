export type EventType =
  'start' | 'dial' | 'bridge' | 'hangup' | 'bridge_create' | 'bridge_leave' | 'bridge_destroy' | 'new_callerid';

/** A value of an event's body; in texts `{name}` stands for what the player puts there. */
export type Template = string | number | boolean | readonly Template[];

export interface Step {
  /** After the step before, at the usual pace. */
  afterMs: number;
  event: EventType;
  data: Readonly<Record<string, Template>>;
  /** What happens, in the words of somebody who watches (Russian; placeholders as in `data`). */
  says: string;
}

/**
 * A call as the events that its host sends, as data.
 *
 * Placeholders: `{token}` `{client}` `{line}` …: whatever the player is given; `{U1}` `{U2}` … ids of channels, `{B1}` …
 * of bridges, made when they are first met; `{startedAt}` and `{now}`: local times of the tenant.
 */
export interface Scenario {
  /** As people name it, e.g. `2-1`. */
  code: string;
  /** Russian. */
  title: string;
  steps: readonly Step[];
}
