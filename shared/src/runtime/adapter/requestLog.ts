import type { IntegrationLogEntry } from '../../db/integrationLogs.js';
import { maskedJson, type Mask } from './mask.js';
import type { CrmAnswer, CrmRequest } from './crmHttp.js';

/** Of a body, in characters. */
const MAX_SHOWN = 4_096;

/** What the log says of a request: bodies as people read them, cut, without secrets. */
export function shownRequest(mask: Mask, url: string, { method, body, headers = {} }: CrmRequest) {
  const type = contentType(headers);
  const shown =
    typeof body === 'string' ? shownText(mask, body, type) : body === undefined ? null : '(form with files)';
  return maskedJson(mask, { method, url, body: shown });
}

export function shownAnswer(mask: Mask, { status, headers, text, body }: CrmAnswer): IntegrationLogEntry['response'] {
  const type = contentType(headers);
  const isText = type === '' || /json|text|xml|urlencoded/.test(type);
  return maskedJson(mask, { status, body: isText ? shownText(mask, text, type) : `(${type}, ${body.length} bytes)` });
}

function shownText(mask: Mask, whole: string, type: string): unknown {
  // Before it is cut: nothing would recognise half a secret.
  const text = mask(whole);
  if (text.length > MAX_SHOWN) return `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
  if (type.includes('urlencoded')) {
    return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, fromJson(value)]));
  }
  return fromJson(text);
}

/** Objects and lists as such, everything else as it is written. */
function fromJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function contentType(headers: Readonly<Record<string, string>>): string {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return found?.[1].toLowerCase() ?? '';
}
