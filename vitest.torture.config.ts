import { defineConfig } from 'vitest/config'

/**
 * Long campaigns, one after another: `npm run torture`. `SEED` repeats one, `ROUNDS` makes them longer; `TEST_STORE=postgres` runs those
 * of one service on Postgres.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/drop-databases.ts'],
    include: ['test/torture/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 3_600_000,
  },
})
