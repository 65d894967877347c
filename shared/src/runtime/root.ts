import { fileURLToPath } from 'node:url';

/** The repository's root: where `.env`, `.data` and relative paths of the configuration start. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
