import { runService } from '@live-calls/shared/runtime';
import { readCoreConfig } from './config.js';
import { createCore } from './core.js';

await runService({ name: 'core', start: () => createCore(readCoreConfig()) });
