import { runAdapter } from '@live-calls/shared/runtime';
import { createAdapter } from './adapter.js';

await runAdapter(createAdapter());
