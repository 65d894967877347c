import { isExtension } from '@live-calls/shared/phone';
import type { Call } from './call.js';

/** Extension of who is answerable for a call: who talked last; when nobody did, the only one who rang or dialled; else ''. */
export function answerableFor({ partner, talked, rang }: Pick<Call, 'partner' | 'talked' | 'rang'>): string {
  if (isExtension(partner)) return partner;
  return talked.findLast(isExtension) ?? (rang.length === 1 ? (rang[0] ?? '') : '');
}
