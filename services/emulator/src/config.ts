import { readConfig, settings } from '@live-calls/shared/runtime';
import { z } from 'zod';

const Service = z.object({
  EMULATOR_PORT: settings.EMULATOR_PORT,
  LOG_DIR: settings.LOG_DIR,
  LOG_LEVEL: settings.LOG_LEVEL,
});

const Demo = z.object({
  CORE_PORT: settings.CORE_PORT,
  EMULATOR_PORT: settings.EMULATOR_PORT,
});

/** @throws OperatorError with all problems at once */
export function readServiceConfig(): z.infer<typeof Service> {
  return readConfig(Service);
}

/** @throws OperatorError with all problems at once */
export function readDemoConfig(): z.infer<typeof Demo> {
  return readConfig(Demo);
}
