// A pair of surrogates, a single one, U+0000, or any other escape (so that a \\u0000 is not taken for one of them).
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u(?:[dD][89a-fA-F][\da-fA-F]{2}|0000)|\\./g;

/** A string, or a number whose exponent has three digits or more. */
const LONG_NUMBERS = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?0*[1-9]\d{2,}(?!\s*:)/g;

/**
 * The JSON text with what jsonb cannot hold (U+0000 and single surrogates, in keys and values) replaced by U+FFFD, and
 * numbers that it would write out with hundreds of digits as strings.
 *
 * Works on the text, where these can only be written as escapes: so numbers stay as the host wrote them, and depth and
 * names of keys do not matter.
 */
export function storableJson(json: string): string {
  return withoutLongNumbers(withoutHalves(json));
}

/** Of 1e131071 jsonb makes 131,072 digits whenever it is read: an event full of them is longer than any string may be. */
function withoutLongNumbers(json: string): string {
  if (!/\de[+-]?\d{3}/i.test(json)) return json;
  return json.replace(LONG_NUMBERS, (token) => (token.startsWith('"') ? token : `"${token}"`));
}

function withoutHalves(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(ESCAPES, (escape) => {
    const isSingle = escape.length === 6;
    return isSingle ? '\\ufffd' : escape;
  });
}
