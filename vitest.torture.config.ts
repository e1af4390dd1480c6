import { defineConfig } from 'vitest/config'

/** Long campaigns, one after another: `npm run torture`. `SEED` repeats one, `ROUNDS` makes them longer. */
export default defineConfig({
  test: {
    include: ['test/torture/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 3_600_000,
  },
})
