import { hostileText } from './hostileText.js';

/** As PostgreSQL can hold it: neither U+0000 nor half of a surrogate pair. */
export const storedText = hostileText.map((text) => Buffer.from(text.replaceAll('\0', '\ufffd')).toString());
