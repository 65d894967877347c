import { readText } from '../../services/emulator/src/sandbox/telegram/params.js';

/** Why Telegram would not show a text as it is meant; undefined: it would. */
export function messageProblem(html: string): string | undefined {
  if (/\p{Cs}/u.test(html)) return 'half of a surrogate pair';
  try {
    readText({ text: html, parse_mode: 'HTML' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
