import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Replicas share a Postgres, whichever store the rest of a run uses. */
const ofReplicas = 'test/e2e/replicas-*.test.ts'

/** The tests that drive a whole service: they hold on either store, and run on both. */
const ofTheService = [
  'test/e2e/**/*.test.ts',
  'test/client/**/*.test.ts',
  'test/examples/**/*.test.ts',
  'test/http/**/*.test.ts',
  'test/modules/step-processor/drive.test.ts',
  'test/modules/task-loop/task-loop.test.ts',
  'test/support-tests/store.test.ts',
]

/** Of these, what is about the embedded store's disk, what reads a log that stands in for the store, what asks no store, and a fresh clone as it is without settings. */
const ofNoStoreOrSqlite = [
  'test/client/pause.test.ts',
  'test/client/types.test.ts',
  'test/e2e/disk-full.test.ts',
  'test/e2e/newcomer.test.ts',
  'test/e2e/transfer.test.ts',
  'test/examples/shop-site.test.ts',
  'test/http/guards.test.ts',
  'test/http/openapi.test.ts',
  'test/http/problem.test.ts',
  'test/http/routes/error-page.test.ts',
  'test/http/routes/plans.test.ts',
  'test/http/sse/**',
]

/** What counts the objects of its process, so that it has one of its own. */
const ofItsProcess = ['test/modules/dispatcher/*-conformance.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // A process runs many files: loading the service anew for each took two fifths of the whole.
    isolate: false,
    // One more than cores, since many tests wait for times of day. They share one Postgres server, which
    // takes 300 connections; a test of three replicas needs 27.
    maxWorkers: Math.min(8, availableParallelism() + 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A condition that holds soon may take a while on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: ['test/torture/**', ofReplicas, ...ofItsProcess],
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ofItsProcess, isolate: true },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ofTheService,
          exclude: ofNoStoreOrSqlite,
          env: { TEST_STORE: 'postgres' },
          setupFiles: ['test/support/drop-databases.ts'],
        },
      },
    ],
  },
})
