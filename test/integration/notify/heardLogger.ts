import { factsAsText, type Facts, type Logger } from '@live-calls/shared/runtime';

export interface HeardLogger {
  logger: Logger;
  /** Everything said so far, `<level> <message> key=value`. */
  lines: string[];
}

/** A logger whose lines a test reads. Facts are kept as they would be written, but without the writer's own censorship. */
export function createHeardLogger(): HeardLogger {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (message: string, facts: Facts = {}) => {
      lines.push(`${level} ${message}${factsAsText(facts)}`);
    };
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    named: () => logger,
  };
  return { logger, lines };
}
