import { readConfig, settings } from '@live-calls/shared/runtime';
import { z } from 'zod';

const Config = z.object({
  DATABASE_URL: settings.DATABASE_URL,
  TELEGRAM_API_ROOT: settings.TELEGRAM_API_ROOT,
  CORE_HOST: settings.CORE_HOST,
  CORE_PORT: settings.CORE_PORT,
  INTEGRATION_CACHE_PORT: settings.INTEGRATION_CACHE_PORT,
  INTEGRATION_CACHE_URL: settings.INTEGRATION_CACHE_URL,
  RETAILCRM_PORT: settings.RETAILCRM_PORT,
  RETAILCRM_URL: settings.RETAILCRM_URL,
  MOYSKLAD_PORT: settings.MOYSKLAD_PORT,
  MOYSKLAD_URL: settings.MOYSKLAD_URL,
  UON_PORT: settings.UON_PORT,
  UON_URL: settings.UON_URL,
  BITRIX24_PORT: settings.BITRIX24_PORT,
  BITRIX24_URL: settings.BITRIX24_URL,
  INTERNAL_TOKEN: settings.INTERNAL_TOKEN,
  STATUS_TOKEN: settings.STATUS_TOKEN,
  SECRETS_KEY: settings.SECRETS_KEY,
  INGEST_ALLOW: settings.INGEST_ALLOW,
  LOG_DIR: settings.LOG_DIR,
  LOG_LEVEL: settings.LOG_LEVEL,
  PUBLIC_URL: settings.PUBLIC_URL,
});

export type Config = z.infer<typeof Config>;

/** @throws OperatorError with all problems at once */
export const readCoreConfig = (): Config => readConfig(Config);
