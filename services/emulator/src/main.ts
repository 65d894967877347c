import { createServer } from 'node:http';
import { createLogger, runService } from '@live-calls/shared/runtime';
import { createApp } from './app.js';
import { readServiceConfig } from './config.js';

await runService({
  name: 'emulator',
  start: async () => {
    const config = readServiceConfig();
    const log = createLogger({ dir: config.LOG_DIR, file: 'emulator.log', name: 'emulator', level: config.LOG_LEVEL });
    const { app, endStreams } = createApp({ log });
    return Promise.resolve({
      server: createServer(app),
      // Whoever reaches the sandbox reads every message: this machine only.
      host: '127.0.0.1',
      port: config.EMULATOR_PORT,
      log,
      drain: () => {
        endStreams();
        return Promise.resolve();
      },
      close: () => log.flush(),
    });
  },
});
