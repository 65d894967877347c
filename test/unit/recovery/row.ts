import { Token } from '@live-calls/shared/contracts';
import { createHostTime } from '../../../services/core/src/recovery/hostTime.js';
import { readHostRow, type HostRow } from '../../../services/core/src/recovery/hostRow.js';

export const TOKEN = Token.parse('375290000001');

/** Reads a row of a host in Minsk. */
export const read = (raw: unknown) => readHostRow(raw, '1', { token: TOKEN, hostTime: createHostTime('Europe/Minsk') });

/** A dial of channel 1.1 that timed out, unless said otherwise. */
export function row(changes: Record<string, unknown> = {}): HostRow {
  const request = JSON.stringify({ Token: TOKEN, UniqueId: '1759302000.1', Phone: '375290000002' });
  const found = read({ DateTime: '2025-10-01 10:00:00', event: 'dial', status: 'Timeout', request, ...changes });
  if ('reason' in found) throw new Error(found.reason);
  return found;
}
