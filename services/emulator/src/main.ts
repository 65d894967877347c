import { createPool } from '@live-calls/shared/db';
import { createInternalServer, createLogger, createSecrets, runService } from '@live-calls/shared/runtime';
import { createApp } from './app.js';
import { coreUrl, readServiceConfig, showsInSandbox } from './config.js';
import { createTesterLog } from './log/testerLog.js';

await runService({
  name: 'emulator',
  start: async () => {
    const config = readServiceConfig();
    const log = createLogger({ dir: config.LOG_DIR, file: 'emulator.log', name: 'emulator', level: config.LOG_LEVEL });
    const testerLog = createTesterLog(config.LOG_DIR);
    const pool = createPool(config.DATABASE_URL, { name: 'emulator', maxConnections: 4 });
    const { app, drain } = createApp({
      log,
      emulation: {
        db: pool,
        secrets: createSecrets(config.SECRETS_KEY),
        coreUrl: coreUrl(config),
        dataDir: config.EMULATOR_DATA_DIR,
        testerLog,
        showsInSandbox: showsInSandbox(config),
        allowProduction: config.EMULATOR_ALLOW_PRODUCTION,
      },
    });
    return Promise.resolve({
      server: createInternalServer(app),
      // Whoever reaches the sandbox reads every message: this machine only.
      host: '127.0.0.1',
      port: config.EMULATOR_PORT,
      log,
      drain,
      close: async () => {
        await Promise.all([pool.end(), log.flush(), testerLog.flush()]);
      },
    });
  },
});
