import type { Facts } from '../logLine.js';
import type { Logger } from '../logger.js';
import type { Mask } from './mask.js';

/** Says the same without secrets. */
export function maskedLogger(logger: Logger, mask: Mask): Logger {
  const said = (facts: Facts | undefined): Facts | undefined =>
    facts === undefined
      ? undefined
      : Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, masked(value)]));
  const masked = (value: unknown): unknown => {
    if (value instanceof Error) return mask(value.stack ?? value.message);
    if (typeof value === 'string') return mask(value);
    return typeof value === 'object' && value !== null ? mask(JSON.stringify(value)) : value;
  };
  return {
    debug: (message, facts) => logger.debug(mask(message), said(facts)),
    info: (message, facts) => logger.info(mask(message), said(facts)),
    warn: (message, facts) => logger.warn(mask(message), said(facts)),
    error: (message, facts) => logger.error(mask(message), said(facts)),
    named: (name) => maskedLogger(logger.named(name), mask),
  };
}
