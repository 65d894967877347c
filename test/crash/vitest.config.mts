import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mjs';
import { createSummary } from './summary.js';

/** The crash tests in their whole form. */
export default defineConfig({
  ...base,
  test: {
    globalSetup: ['test/harness/globalSetup.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
    include: ['test/crash/*.full.ts', 'test/crash/*.test.ts'],
    // A part of what the whole matrix does.
    exclude: ['test/crash/matrix.test.ts'],
    env: { CRASH_FORM: 'full' },
    reporters: ['verbose', createSummary()],
  },
});
