const COMPARED_DIGITS = 9;

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

/** Whether two spellings are of one phone: their last digits are the same. */
export function isSamePhone(one: string, other: string): boolean {
  const [first, second] = [digitsOf(one), digitsOf(other)];
  if (Math.min(first.length, second.length) < COMPARED_DIGITS) return first !== '' && first === second;
  return first.slice(-COMPARED_DIGITS) === second.slice(-COMPARED_DIGITS);
}

/** All that looks like a phone in a request, links and ids too: only ever compared with a real one. */
export function phonesIn(text: string): string[] {
  return [...new Set(text.match(/\+?\d[\d ()-]{6,22}\d/g) ?? [])];
}
