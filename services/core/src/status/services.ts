import { remembered } from './remembered.js';
import type { Config } from '../config.js';

/** How a service is, as it says itself. */
export interface ServiceState {
  name: string;
  title: string;
  state: 'ok' | 'unavailable' | 'away';
  uptime_seconds: number | null;
  failed: string[];
}

const PATIENCE_MS = 1_500;
const ASK_EVERY_MS = 4_000;

/** Asks every service for its health; the answers hold for some seconds, however many look. */
export function createServicesView(config: Config): () => Promise<ServiceState[]> {
  const here = (port: number): string => `http://127.0.0.1:${port}`;
  const services = [
    { name: 'core', title: 'Ядро', url: coreUrl(config) },
    {
      name: 'integration-cache',
      title: 'Шлюз CRM',
      url: config.INTEGRATION_CACHE_URL ?? here(config.INTEGRATION_CACHE_PORT),
    },
    { name: 'retailcrm', title: 'RetailCRM', url: config.RETAILCRM_URL ?? here(config.RETAILCRM_PORT) },
    { name: 'moysklad', title: 'МойСклад', url: config.MOYSKLAD_URL ?? here(config.MOYSKLAD_PORT) },
    { name: 'uon', title: 'U-ON', url: config.UON_URL ?? here(config.UON_PORT) },
    { name: 'bitrix24', title: 'Битрикс24', url: config.BITRIX24_URL ?? here(config.BITRIX24_PORT) },
  ];
  return remembered(ASK_EVERY_MS, () => Promise.all(services.map(ask)));
}

function coreUrl({ CORE_HOST: host, CORE_PORT: port }: Config): string {
  const isAny = host === '0.0.0.0' || host === '::';
  return `http://${isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function ask({ name, title, url }: { name: string; title: string; url: string }): Promise<ServiceState> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const body = (await response.json()) as { uptime_seconds?: unknown; failed?: unknown };
    return {
      name,
      title,
      state: response.ok ? 'ok' : 'unavailable',
      uptime_seconds: typeof body.uptime_seconds === 'number' ? body.uptime_seconds : null,
      failed: Array.isArray(body.failed) ? body.failed.map(String) : [],
    };
  } catch {
    return { name, title, state: 'away', uptime_seconds: null, failed: [] };
  }
}
