import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/support/property-seed.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    // Bounds of what hangs, not of what is slow: a machine may be many times slower than the one a test was written on.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
