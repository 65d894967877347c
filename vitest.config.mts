import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`shared/src/${path}/index.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run the sources: no build is needed before one.
    alias: {
      '@live-calls/shared/contracts': source('contracts'),
      '@live-calls/shared/db': source('db'),
      '@live-calls/shared/runtime': source('runtime'),
      '@live-calls/shared/phone': source('phone'),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/harness/globalSetup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
