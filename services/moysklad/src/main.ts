import { runAdapter } from '@live-calls/shared/runtime';
import { createMoyskladAdapter } from './adapter.js';

await runAdapter(createMoyskladAdapter());
