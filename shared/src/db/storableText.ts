/** `text` as PostgreSQL can hold it: neither U+0000 nor single surrogates (which UTF-8 cannot write), but U+FFFD. */
export const storableText = (text: string): string => Buffer.from(text).toString().replaceAll('\0', '\ufffd');
