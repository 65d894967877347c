import type { Crm } from '@live-calls/shared/contracts';
import { isGuarded, readConfig, settings, UNGUARDED } from '@live-calls/shared/runtime';
import { z } from 'zod';

const Config = z
  .object({
    DATABASE_URL: settings.DATABASE_URL,
    INTERNAL_HOST: settings.INTERNAL_HOST,
    INTERNAL_TOKEN: settings.INTERNAL_TOKEN,
    INTEGRATION_CACHE_PORT: settings.INTEGRATION_CACHE_PORT,
    RETAILCRM_PORT: settings.RETAILCRM_PORT,
    RETAILCRM_URL: settings.RETAILCRM_URL,
    MOYSKLAD_PORT: settings.MOYSKLAD_PORT,
    MOYSKLAD_URL: settings.MOYSKLAD_URL,
    UON_PORT: settings.UON_PORT,
    UON_URL: settings.UON_URL,
    BITRIX24_PORT: settings.BITRIX24_PORT,
    BITRIX24_URL: settings.BITRIX24_URL,
    SECRETS_KEY: settings.SECRETS_KEY,
    LOG_DIR: settings.LOG_DIR,
    LOG_LEVEL: settings.LOG_LEVEL,
  })
  .refine(isGuarded, UNGUARDED);

export type Config = z.infer<typeof Config>;

/** @throws OperatorError with all problems at once */
export const readIntegrationCacheConfig = (): Config => readConfig(Config);

/** Where each CRM's adapter is: as configured, else on this machine. */
export function adapterUrls(config: Config): (crm: Crm) => string {
  const here = (port: number): string => `http://${reachable(config.INTERNAL_HOST)}:${port}`;
  const urls: Readonly<Record<Crm, string>> = {
    retailcrm: config.RETAILCRM_URL ?? here(config.RETAILCRM_PORT),
    moysklad: config.MOYSKLAD_URL ?? here(config.MOYSKLAD_PORT),
    uon: config.UON_URL ?? here(config.UON_PORT),
    bitrix24: config.BITRIX24_URL ?? here(config.BITRIX24_PORT),
  };
  return (crm) => urls[crm];
}

/** How this machine reaches what listens on the host. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
