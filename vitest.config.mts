import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/harness/patience.js';

const source = (path: string): string => fileURLToPath(new URL(`shared/src/${path}/index.ts`, import.meta.url));

const PARTS = ['test/{unit,integration,contract}/**/*.test.ts'];

/** They replace a module of Node. */
const MODULES_REPLACED = ['test/integration/security/changingNames.test.ts'];

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
    globalSetup: ['test/harness/globalSetup.ts'],
    // They end what hangs, and assert nothing: a busy machine takes as long as it takes.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: PATIENCE_MS } },
    // On two cores too: many tests wait more than they work.
    maxWorkers: 3,
    projects: [
      {
        // Modules keep nothing between tests, so they are loaded once: loading takes as long as the tests.
        extends: true,
        test: { name: 'parts', include: PARTS, exclude: MODULES_REPLACED, isolate: false },
      },
      {
        extends: true,
        test: { name: 'whole', include: ['test/{e2e,crash,fuzz}/**/*.test.ts', ...MODULES_REPLACED] },
      },
    ],
  },
});
