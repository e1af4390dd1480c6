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
  'test/http/listen.test.ts',
  'test/http/openapi.test.ts',
  'test/http/problem.test.ts',
  'test/http/routes/error-page.test.ts',
  'test/http/routes/plans.test.ts',
  'test/http/sse/**',
]

/**
 * Of these, what shows the same on any store. Both keep its sessions as they keep all others, which the contract in test/store and
 * the campaigns of test/e2e show of both; a service on Postgres costs four times as much as one on SQLite.
 */
const ofAnyStore = [
  // What the core makes of commands and results: it knows no store. All commands in all statuses run on Postgres in
  // test/http/steering.test.ts; children, people, rollback and steps of clients in test/e2e.
  'test/http/approvals.test.ts',
  'test/http/children.test.ts',
  'test/http/client-steps.test.ts',
  'test/http/finally.test.ts',
  'test/http/for-each.test.ts',
  'test/http/groups.test.ts',
  'test/http/hold-step.test.ts',
  'test/http/interaction-progress.test.ts',
  'test/http/push-back.test.ts',
  'test/http/rollback.test.ts',
  'test/http/routes/control.test.ts',
  'test/http/routes/resolve-step.test.ts',
  'test/http/step-defaults.test.ts',
  'test/http/step-limits.test.ts',
  'test/http/variables.test.ts',
  // What executors, models and browsers do within an attempt.
  'test/examples/browser-examples.test.ts',
  'test/http/ai.test.ts',
  'test/http/browser-ai.test.ts',
  'test/http/browser.test.ts',
  'test/http/step-modules.test.ts',
  'test/modules/task-loop/task-loop.test.ts',
  // What a kill leaves behind, by kind of work: on Postgres the test of replicas of the same name has another one go on with it. That one
  // alone goes on, too, is in recovery, restart, schedules, parked and concurrency, which run on both.
  'test/e2e/batches.test.ts',
  'test/e2e/browser.test.ts',
  'test/e2e/children.test.ts',
  'test/e2e/deliveries.test.ts',
  'test/e2e/hooks.test.ts',
  'test/e2e/people.test.ts',
  'test/e2e/rollback.test.ts',
  'test/e2e/worker.test.ts',
  'test/examples/context-design.test.ts',
  // What the log of a session and the settings of a process make of faults.
  'test/e2e/poison-step.test.ts',
  'test/e2e/telemetry.test.ts',
  'test/e2e/transient-faults.test.ts',
  // What answers, pages and clients look like.
  'test/client/follow.test.ts',
  'test/examples/progress-page.test.ts',
  'test/http/dashboard.test.ts',
  'test/http/event-lines.test.ts',
  'test/http/plan-views.test.ts',
  'test/http/prefer.test.ts',
  'test/http/routes/create-session.test.ts',
  'test/http/routes/reports.test.ts',
  'test/http/standard-error.test.ts',
  // Who may do what: the keys themselves are in test/http/keys.test.ts and routes/keys.test.ts, which run on both.
  'test/http/audited-routes.test.ts',
  'test/http/links.test.ts',
  'test/http/rate-limit.test.ts',
  'test/http/routes/tickets.test.ts',
  'test/http/scopes.test.ts',
  'test/http/sign-in.test.ts',
]

/** What counts the objects of its process, so that it has one of its own. */
const ofItsProcess = ['test/modules/dispatcher/*-conformance.test.ts']

export default defineConfig({
  test: {
    // Files say so themselves: `// @module-tag slow`.
    tags: [
      {
        name: 'slow',
        description:
          'Takes some ten seconds of a core, or several processes: `npm run check` runs it',
      },
    ],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // A process runs many files: loading the service anew for each took two fifths of the whole.
    isolate: false,
    // Two more than cores, since many tests wait for times of day and for other processes; a third costs more than it brings. They share one Postgres server, which
    // takes 300 connections; a test of three replicas needs 27.
    maxWorkers: Math.min(8, availableParallelism() + 2),
    // Far beyond what any takes by itself: services start in seconds where others want the cores too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A condition that holds soon may take a while on a busy machine.
    expect: { poll: { timeout: 20_000 } },
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
          exclude: [...ofNoStoreOrSqlite, ...ofAnyStore],
          env: { TEST_STORE: 'postgres' },
          setupFiles: ['test/support/drop-databases.ts'],
        },
      },
    ],
  },
})
