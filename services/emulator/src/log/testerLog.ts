import { join } from 'node:path';
import { createRotatingFile, logTime, oneLine } from '@live-calls/shared/runtime';

export interface PostedEvent {
  url: string;
  event: string;
  headers: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
}

export interface ReceivedAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** As it came. */
  text: string;
}

/** `call_tester_events.log`: what was posted and what was answered, for people with `grep` and `tail`. */
export interface TesterLog {
  posted(event: PostedEvent): void;
  answered(event: string, answer: ReceivedAnswer): void;
  failed(event: string, reason: string): void;
  flush(): Promise<void>;
}

/** @param dir directory of the logs; made when it is missing */
export function createTesterLog(dir: string, now: () => Date = () => new Date()): TesterLog {
  const file = createRotatingFile({ path: join(dir, 'call_tester_events.log') });
  const write = (level: 'INFO' | 'ERROR', lines: readonly string[]): void => {
    const prefix = `${logTime(now())} [${level}] call_tester: `;
    // In one piece: other processes may write into this file too.
    file.write(lines.map((line) => prefix + oneLine(line)).join('\n'));
  };
  return {
    posted: ({ url, event, headers, body }) =>
      write('INFO', [
        `🚀 EMULATION REQUEST to ${url}`,
        `📤 Event Type: ${event}`,
        `📋 Request Headers: ${JSON.stringify(headers)}`,
        `📊 Event Data: ${JSON.stringify(body)}`,
      ]),
    answered: (event, { status, headers, text }) =>
      write('INFO', [
        `📥 EMULATION RESPONSE for ${event}`,
        `📊 Response Status: ${status}`,
        `📋 Response Headers: ${JSON.stringify(headers)}`,
        `📊 Response Data: ${asJson(text)}`,
      ]),
    failed: (event, reason) => write('ERROR', [`❌ EMULATION ERROR for ${event}`, `❌ Error: ${reason}`]),
    flush: () => file.flush(),
  };
}

function asJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return JSON.stringify(text);
  }
}
