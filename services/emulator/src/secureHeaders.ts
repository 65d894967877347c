import { pageHeaders } from '@live-calls/shared/runtime';
import helmet from 'helmet';

/** What the page may load and do; it plays recordings. */
export const secureHeaders = helmet(pageHeaders({ mediaSrc: ["'self'"] }));
