import type { Host, TimedEvent } from '../call.js';
import { listOf, type Values } from '../fields.js';
import { createScene, known } from './scene.js';
import { SILENT, VERBS } from './verbs.js';

/**
 * The events that a script tells of.
 *
 * A script has a line for each thing that happens: seconds since the line before (0.2 at least before each event that
 * follows another), a verb (see verbs.ts) and its words. `{field}` stands for what was chosen; a verb with `!` carries
 * ExternalInitiated, as hosts add it to events at random.
 *
 * @throws Error when the script names something that it has not introduced, or a field that was not chosen
 */
export function eventsFrom(script: string, values: Values, host: Host): TimedEvent[] {
  const pace = host.pace ?? 1;
  let offset = 0;
  const scene = createScene(host, () => offset);
  const events: TimedEvent[] = [];
  for (const line of fillIn(script, values).split('\n')) {
    const [pause = '', said = '', ...words] = line.trim().split(/\s+/);
    if (pause === '') continue;
    offset += Math.round((Number(pause) * 1_000) / pace);
    const silent = SILENT[said];
    if (silent) {
      silent(scene, words);
      continue;
    }
    const verb = known(VERBS[said.replace('!', '')], `verb ${said}`);
    const body = verb.bodyOf(scene, words);
    const leaked = said.endsWith('!') ? { ExternalInitiated: true } : {};
    events.push({ event: verb.event, offset_ms: offset, body: { ...body, ...leaked } });
  }
  return events;
}

/** Puts what was chosen in place of `{field}`; hosts write phones without `+`. */
export function fillIn(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => {
    const chosen = listOf(values, name);
    if (chosen.length === 0) throw new Error(`nothing was chosen for {${name}}`);
    return chosen.map((value) => value.replace(/^\+/, '')).join(',');
  });
}
