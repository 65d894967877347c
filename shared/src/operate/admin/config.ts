import { z } from 'zod';
import type { Crm } from '../../contracts/index.js';
import { readConfig } from '../../runtime/readConfig.js';
import { settings } from '../../runtime/settings.js';
import { urlOf } from '../apps.js';

const Config = z.object(settings);
export type AdminConfig = z.infer<typeof Config>;

/**
 * @param variables those of the process and `.env` unless given
 * @throws OperatorError with all problems at once
 */
export const readAdminConfig = (variables?: Record<string, string | undefined>): AdminConfig =>
  readConfig(Config, variables);

/** Where a CRM's adapter is: as configured, else on this machine. */
export function adapterUrl(config: AdminConfig, crm: Crm): string {
  const settings: Readonly<Record<Crm, [url: string | undefined, port: number]>> = {
    retailcrm: [config.RETAILCRM_URL, config.RETAILCRM_PORT],
    moysklad: [config.MOYSKLAD_URL, config.MOYSKLAD_PORT],
    uon: [config.UON_URL, config.UON_PORT],
    bitrix24: [config.BITRIX24_URL, config.BITRIX24_PORT],
  };
  const [url, port] = settings[crm];
  return url ?? urlOf({ host: config.INTERNAL_HOST, port });
}
