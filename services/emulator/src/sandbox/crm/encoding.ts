import type { Exchange } from './exchange.js';

const UNREADABLE = '\uFFFD';

/** All CRMs take UTF-8 only; what is in another encoding they show as question marks. */
export function encodingProblems({ headers, contentType, text, search }: Exchange): string[] {
  const problems: string[] = [];
  const charset = /charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    problems.push(`Заголовок Content-Type называет кодировку ${charset}, а принимается только UTF-8.`);
  }
  const isForm = contentType === 'application/x-www-form-urlencoded';
  const isFile = contentType === 'multipart/form-data';
  const words = `${new URLSearchParams(search).toString()}${isForm ? new URLSearchParams(text).toString() : ''}`;
  if (words.includes(encodeURIComponent(UNREADABLE)) || (!isFile && text.includes(UNREADABLE))) {
    problems.push('Текст запроса не в UTF-8: часть букв не прочесть.');
  }
  return problems;
}
