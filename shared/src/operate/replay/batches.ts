interface Sortable {
  id: number;
  unique_id: string;
  bridge_id: string;
  call_uuid: string | null;
}

/**
 * Sorts events into batches: what shares a call, a channel or a bridge is processed together, so that no half of a call
 * is ever taken for a call.
 *
 * @param size events in a batch; more when a single call has more
 * @returns batches by their oldest event, events by id
 */
export function inBatches<E extends Sortable>(events: readonly E[], size: number): E[][] {
  const groups = grouped([...events].sort((one, other) => one.id - other.id));
  const batches: E[][] = [];
  let last: E[] | undefined;
  for (const group of groups) {
    if (last === undefined || last.length + group.length > size) batches.push((last = []));
    last.push(...group);
  }
  return batches.map((batch) => batch.sort((one, other) => one.id - other.id));
}

function grouped<E extends Sortable>(events: readonly E[]): E[][] {
  const groupOf = new Map<string, Set<E>>();
  const groups = new Set<Set<E>>();
  for (const event of events) {
    const keys = keysOf(event);
    const known = [...new Set(keys.flatMap((key) => groupOf.get(key) ?? []))];
    // The largest takes the others in: each event moves seldom.
    const [group = new Set<E>(), ...others] = known.sort((one, other) => other.size - one.size);
    groups.add(group);
    group.add(event);
    for (const other of others) {
      groups.delete(other);
      for (const each of other) {
        group.add(each);
        for (const key of keysOf(each)) groupOf.set(key, group);
      }
    }
    for (const key of keys) groupOf.set(key, group);
  }
  return [...groups]
    .map((group) => [...group].sort((one, other) => one.id - other.id))
    .sort((one, other) => (one[0]?.id ?? 0) - (other[0]?.id ?? 0));
}

function keysOf({ unique_id: channel, bridge_id: bridge, call_uuid: call }: Sortable): string[] {
  return [
    ...(channel === '' ? [] : [`channel ${channel}`]),
    ...(bridge === '' ? [] : [`bridge ${bridge}`]),
    ...(call === null ? [] : [`call ${call}`]),
  ];
}
