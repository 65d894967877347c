import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mjs';

/** The benchmark runs the way tests do, but alone, on a PostgreSQL that is as durable as the product's. */
export default defineConfig({
  ...base,
  test: { include: ['test/bench/bench.ts'], reporters: ['dot'], testTimeout: 1_800_000 },
});
