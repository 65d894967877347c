import { describe, expect, it } from 'vitest';
import { adapterUrls } from '../../../services/integration-cache/src/config.js';

const config = {
  DATABASE_URL: 'postgres://db.example.com/live_calls',
  INTERNAL_HOST: '127.0.0.1',
  INTEGRATION_CACHE_PORT: 8020,
  RETAILCRM_PORT: 8019,
  UON_PORT: 8022,
  MOYSKLAD_PORT: 8023,
  BITRIX24_PORT: 8024,
  LOG_DIR: '/logs',
  LOG_LEVEL: 'info' as const,
};

describe('where an adapter is looked for', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8023'],
    ['0.0.0.0', 'http://127.0.0.1:8023'],
    ['::', 'http://127.0.0.1:8023'],
    ['::1', 'http://[::1]:8023'],
    ['10.0.0.5', 'http://10.0.0.5:8023'],
  ])('is on this machine when it listens on %s', (INTERNAL_HOST, url) => {
    expect(adapterUrls({ ...config, INTERNAL_HOST })('moysklad')).toBe(url);
  });

  it('is wherever the configuration says', () => {
    expect(adapterUrls({ ...config, UON_URL: 'http://10.0.0.9:9022' })('uon')).toBe('http://10.0.0.9:9022');
  });
});
