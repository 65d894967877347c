import { readConfig, settings } from '@live-calls/shared/runtime';
import { z } from 'zod';

const Service = z.object({
  DATABASE_URL: settings.DATABASE_URL,
  TELEGRAM_API_ROOT: settings.TELEGRAM_API_ROOT,
  CORE_HOST: settings.CORE_HOST,
  CORE_PORT: settings.CORE_PORT,
  EMULATOR_PORT: settings.EMULATOR_PORT,
  EMULATOR_DATA_DIR: settings.EMULATOR_DATA_DIR,
  EMULATOR_ALLOW_PRODUCTION: settings.EMULATOR_ALLOW_PRODUCTION,
  SECRETS_KEY: settings.SECRETS_KEY,
  LOG_DIR: settings.LOG_DIR,
  LOG_LEVEL: settings.LOG_LEVEL,
});
type ServiceConfig = z.infer<typeof Service>;

const Command = z.object({ EMULATOR_PORT: settings.EMULATOR_PORT });

const Demo = z.object({
  CORE_HOST: settings.CORE_HOST,
  CORE_PORT: settings.CORE_PORT,
  EMULATOR_PORT: settings.EMULATOR_PORT,
  LOG_DIR: settings.LOG_DIR,
});

/** @throws OperatorError with all problems at once */
export function readServiceConfig(): ServiceConfig {
  return readConfig(Service);
}

/** @throws OperatorError with all problems at once */
export function readDemoConfig(): z.infer<typeof Demo> {
  return readConfig(Demo);
}

/** Where the emulator is that commands talk to. @throws OperatorError with all problems at once */
export function emulatorUrl(): string {
  return `http://127.0.0.1:${readConfig(Command).EMULATOR_PORT}`;
}

/** Where the core is reached from this machine. */
export function coreUrl({ CORE_HOST, CORE_PORT }: Pick<ServiceConfig, 'CORE_HOST' | 'CORE_PORT'>): string {
  const host = CORE_HOST === '0.0.0.0' || CORE_HOST === '::' ? '127.0.0.1' : CORE_HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${CORE_PORT}`;
}

/** Whether the core sends its messages to this emulator. */
export function showsInSandbox(config: Pick<ServiceConfig, 'TELEGRAM_API_ROOT' | 'EMULATOR_PORT'>): boolean {
  const { hostname, port, pathname } = new URL(config.TELEGRAM_API_ROOT);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return isHere && port === String(config.EMULATOR_PORT) && pathname === '/sandbox/telegram';
}
