import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,renderer,electron,cli}/**/*.test.{ts,tsx}'],
    benchmark: { include: ['{shared,renderer,electron,cli}/**/*.bench.ts'] },
    setupFiles: ['cli/dev/same-examples.mjs'],
    testTimeout: 120_000,
    // One for each core: the process that hands out the files has little to do, and on two cores would keep one for that.
    maxWorkers: '100%',
  },
});
