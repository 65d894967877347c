import { runService } from '@live-calls/shared/runtime';
import { readIntegrationCacheConfig } from './config.js';
import { createIntegrationCache } from './integrationCache.js';

await runService({ name: 'integration-cache', start: () => createIntegrationCache(readIntegrationCacheConfig()) });
