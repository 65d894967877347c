import type { EnterpriseRow } from '@live-calls/shared/db';
import { isZone, type Logger } from '@live-calls/shared/runtime';

/**
 * The zone in which a tenant's times are written: a slip in that one setting must not stop its calls. It is told of, once
 * each, as it stays so until somebody puts it right.
 */
export function createExistingZones(logger: Logger): (row: Pick<EnterpriseRow, 'number' | 'timezone'>) => string {
  /** Of few names that thousands of tenants have; whether there is such a one is slow to find out. */
  const exists = new Map<string, boolean>();
  const told = new Map<string, string>();
  return ({ number, timezone }) => {
    const isThere = exists.get(timezone) ?? isZone(timezone);
    exists.set(timezone, isThere);
    if (isThere) return timezone;
    if (told.get(number) !== timezone) {
      const advice = `Исправьте часовой пояс компании ${number}, например на Europe/Minsk: пока время показывается по UTC.`;
      logger.error('time zone does not exist, UTC is used', { enterprise: number, timezone, advice });
      told.set(number, timezone);
    }
    return 'UTC';
  };
}
