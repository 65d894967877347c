import type { TimedEvent } from '../../../services/emulator/src/scenarios/call.js';

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What is missing or out of order in the bridges of a sequence: `B2 is not created`, `B1 client does not leave` … */
export function bridgesOf(events: readonly TimedEvent[]): string[] {
  const ids = [...new Set(events.map(({ body }) => text(body['BridgeUniqueid'])).filter(Boolean))];
  return ids.flatMap((id, index) => {
    const own = events.filter(({ body }) => body['BridgeUniqueid'] === id);
    return problemsOf(own).map((problem) => `B${String(index + 1)}: ${problem}`);
  });
}

function problemsOf(events: readonly TimedEvent[]): string[] {
  const kinds = events.map(({ event }) => event);
  const problems: string[] = [];
  if (kinds.indexOf('bridge_create') !== 0) problems.push('not created first');
  if (kinds.indexOf('bridge_destroy') !== kinds.length - 1) problems.push('not destroyed last');
  const last = events.findLast(({ event }) => event === 'bridge_leave');
  if (last?.body['BridgeNumChannels'] !== '0') problems.push('not left by all');
  const inside = new Set<string>();
  for (const { event, body } of events) {
    const who = text(body['Channel']).replace(/-[0-9a-f]{8}/, '');
    const id = text(body['UniqueId']);
    if (event === 'bridge') {
      if (inside.has(id)) problems.push(`${kindOf(who)} joins twice`);
      inside.add(id);
    }
    if (event === 'bridge_leave' && !inside.delete(id)) problems.push(`${kindOf(who)} leaves without having joined`);
  }
  if (inside.size > 0) problems.push(`${String(inside.size)} do not leave`);
  return problems;
}

/** `a manager`, `a line` or `a half of a transfer`: the numbers are chosen at random. */
function kindOf(channel: string): string {
  if (channel.startsWith('Local/')) return 'a transfer';
  return /^SIP\/\d{3,4}$/.test(channel) ? 'a manager' : 'a line';
}
