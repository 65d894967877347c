import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import winston from 'winston';
import { factsAsText, logTime, oneLine, type Facts } from './logLine.js';
import { createRotatingFile, type OpenLog, type RotatingFile } from './rotatingFile.js';

/** Says facts; never waits for the disk and never throws. */
export interface Logger {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
  /** A logger of a part of the service, e.g. `ingest`: shown in front of the message. */
  named(name: string): Logger;
}

/** The service's own logger, which owns the file. */
export interface ServiceLogger extends Logger {
  /** Resolves when everything said so far is on the disk. */
  flush(): Promise<void>;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

interface LoggerOptions {
  /** Directory of the logs; made when it is missing. */
  dir: string;
  /** e.g. `app.log`. */
  file: string;
  /** Shown in front of the messages, e.g. `core`. */
  name: string;
  /** The least that is written. Default `info`. */
  level?: Level;
  /** Default: a file that nobody else in this process writes to. */
  open?: OpenLog;
}

const SHOWN_LEVEL: Readonly<Record<Level, string>> = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' };

/**
 * A service's log: `YYYY-MM-DD HH:MM:SS,mmm [LEVEL] <logger>: <message> key=value`, one line an entry whatever the
 * facts hold, in local time; 10 MiB a file, five older ones kept for 30 days.
 */
export function createLogger({ dir, file, name, level = 'info', open = openAlone }: LoggerOptions): ServiceLogger {
  const target = open(join(dir, file));
  const logger = winston.createLogger({ level, format: winston.format.printf(({ message }) => String(message)) });
  logger.pipe(entriesInto(target));
  const flush = async (): Promise<void> => {
    await setImmediate(); // winston's streams hand on what they hold in the next tick
    await target.flush();
  };
  return { ...namedLogger(logger, name), flush };
}

const openAlone: OpenLog = (path) => createRotatingFile({ path });

function namedLogger(logger: winston.Logger, name: string): Logger {
  const at = (level: Level) => {
    return (message: string, facts: Facts = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      const text = oneLine(message + factsAsText(facts));
      logger.log({ level, message: `${logTime(new Date())} [${SHOWN_LEVEL[level]}] ${name}: ${text}` });
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    named: (part) => namedLogger(logger, part),
  };
}

function entriesInto(target: RotatingFile): Writable {
  return new Writable({
    objectMode: true,
    write({ message }: winston.Logform.TransformableInfo, _encoding, done) {
      target.write(String(message));
      done();
    },
  });
}
