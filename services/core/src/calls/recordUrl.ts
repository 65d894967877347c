import type { Tenant } from '../tenants/tenant.js';
import type { Call } from './call.js';

/**
 * The link to a call's recording, the same for all who get it; null when there is none.
 *
 * @param publicUrl base of such links; undefined: there are none
 */
export function recordUrlOf(
  uuid: string,
  call: Call,
  tenant: Pick<Tenant, 'recordingsUrl'>,
  publicUrl: string | undefined,
): string | null {
  const hasRecording = call.state === 'final' && call.answered && tenant.recordingsUrl !== null;
  return hasRecording && publicUrl !== undefined ? `${publicUrl}/recordings/${uuid}` : null;
}
