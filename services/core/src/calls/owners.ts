import type { StoredEvent } from '@live-calls/shared/db';
import type { Change } from './reconcile.js';
import type { Tracked } from './tracked.js';

/** Which call each channel and bridge belongs to after a step. */
export interface Owners {
  byChannel: Map<string, string>;
  byBridge: Map<string, string>;
}

export function ownersOf(changes: readonly Change[], tracked: readonly Tracked[]): Owners {
  const owners: Owners = { byChannel: new Map(), byBridge: new Map() };
  const changed = new Set(changes.map(({ after }) => after.uuid));
  const unchanged = tracked.filter((row) => row.state !== 'retracted' && !changed.has(row.uuid));
  const current = changes.filter(({ after }) => after.state !== 'retracted').map(({ after }) => after);
  for (const { uuid, view } of [...unchanged, ...current]) {
    for (const channel of view.channels) owners.byChannel.set(channel, uuid);
    for (const bridge of view.bridges) owners.byBridge.set(bridge, uuid);
  }
  return owners;
}

/** The call of an event; null: none. */
export const ownerOf = (stored: StoredEvent, { byChannel, byBridge }: Owners): string | null =>
  byChannel.get(stored.unique_id) ?? byBridge.get(stored.bridge_id) ?? null;
