/** What a log line says beside its message; values are put on the line as `key=value`. */
export type Facts = Readonly<Record<string, unknown>>;

// C0 and C1 controls and the line separators of Unicode: whatever could break a line or fool a terminal.
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/** What needs no quotes, so that `grep uniqueId=1759230684.16` finds a line. */
const PLAIN = /^[\w.+:@/<>-]+$/;

// Telegram's bot tokens, on their own and in a path of the Bot API (where even a short made-up one is one).
const BOT_TOKEN = /\b\d{5,}:[\w-]{20,}|(?<=\/bot)\d+:[\w-]+/g;

const MAX_STACK = 2_000;

/** `text` on one line: control characters as JSON escapes, bot tokens taken out. */
export function oneLine(text: string): string {
  return withoutBotTokens(
    text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** `text` without anything that looks like a Telegram bot token. */
export function withoutBotTokens(text: string): string {
  return text.includes(':') ? text.replace(BOT_TOKEN, '<bot token>') : text;
}

/** ` key=value key2="value with blanks"`; undefined ones are left out, errors shown with code and stack. */
export function factsAsText(facts: Facts): string {
  let text = '';
  for (const [key, value] of Object.entries(facts)) {
    if (value !== undefined) text += ` ${key}=${factAsText(value)}`;
  }
  return text;
}

function factAsText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(errorAsText(value));
  if (typeof value === 'string') return PLAIN.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return objectAsText(value);
  return String(value);
}

/** Not the object itself: what HTTP clients and drivers hang on their errors may hold URLs, tokens and data. */
function errorAsText(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? `[${error.code}] ` : '';
  return (code + (error.stack ?? `${error.name}: ${error.message}`)).slice(0, MAX_STACK);
}

function objectAsText(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '"(not shown: cyclic or too deep)"';
  }
}

/** `YYYY-MM-DD HH:MM:SS,mmm` in the server's local time. */
export function logTime(at: Date): string {
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${date} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
