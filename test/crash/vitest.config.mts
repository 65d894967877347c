import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mjs';
import { createSummary } from './summary.js';

/** They load the machine and measure how long a call takes on it: nothing else is to run meanwhile. */
const LOADED = ['test/crash/random.full.ts', 'test/crash/rolling.full.ts'];

/** The crash tests in their whole form. */
export default defineConfig({
  ...base,
  test: {
    globalSetup: ['test/harness/globalSetup.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: { CRASH_FORM: 'full' },
    reporters: ['verbose', createSummary()],
    projects: [
      {
        extends: true,
        test: {
          name: 'matrix',
          include: ['test/crash/*.full.ts', 'test/crash/*.test.ts'],
          // The last one is a part of what the whole matrix does.
          exclude: [...LOADED, 'test/crash/matrix.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'loaded', include: LOADED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
