import { expect, test } from 'vitest'
import { statsOf } from '../../../src/modules/workflows/stats.ts'
import type { WorkflowRun } from '../../../src/store/workflows.ts'

const run = (
  durationMs: number,
  status: WorkflowRun['status'] = 'completed',
  code: string | null = null,
): WorkflowRun => ({ durationMs, status, code })

test('a workflow none of whose sessions has ended has no rate and no durations', () => {
  expect(statsOf([])).toEqual({
    sessions: 0,
    byStatus: {},
    successRate: null,
    durationMs: null,
    failures: {},
  })
})

test('sessions are counted by status, and failures by code', () => {
  const runs = [
    run(1),
    run(2, 'failed', 'STEP_TIMEOUT'),
    run(3, 'failed', 'STEP_TIMEOUT'),
    run(4, 'failed', 'NETWORK_ERROR'),
    run(5, 'cancelled'),
  ]
  expect(statsOf(runs)).toMatchObject({
    sessions: 5,
    byStatus: { completed: 1, failed: 3, cancelled: 1 },
    successRate: 0.2,
    failures: { STEP_TIMEOUT: 2, NETWORK_ERROR: 1 },
  })
})

test('one that completed with errors is no success, but tells how long the work takes', () => {
  expect(statsOf([run(1), run(9, 'completed_with_errors')])).toMatchObject({
    successRate: 0.5,
    durationMs: { p50: 1, p95: 9 },
  })
})

test('durations are those of sessions that completed, by nearest rank', () => {
  const runs = Array.from({ length: 100 }, (_, index) => run(100 - index))
  const cutShort = Array.from({ length: 100 }, () => run(0, 'cancelled'))
  expect(statsOf([...cutShort, ...runs]).durationMs).toEqual({ p50: 50, p95: 95 })
  expect(statsOf([run(7)]).durationMs).toEqual({ p50: 7, p95: 7 })
})
