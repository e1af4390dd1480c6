import { expect, test } from 'vitest'
import { createApprovalExecutor } from '../../src/modules/executors/approval.ts'
import { createRegistry } from '../../src/modules/executors/registry.ts'
import { createSignalExecutor } from '../../src/modules/executors/signal.ts'
import type { Executor } from '../../src/modules/executors/types.ts'
import { waitExecutor } from '../../src/modules/executors/wait.ts'
import { createExpressions } from '../../src/plan/expressions.ts'
import { createPlanner } from '../../src/plan/planner.ts'
import { schemas } from '../../src/plan/schemas.ts'
import { faultsOf } from './planning.ts'

const interactions = { ask: async () => ({ status: 'succeeded' }) as const }

const executors = [
  waitExecutor,
  createApprovalExecutor({ interactions, schemas }),
  createSignalExecutor({ interactions, schemas }),
] as readonly Executor[]

const planner = createPlanner({
  executors: createRegistry(executors),
  expressions: createExpressions(),
  limits: { maxSteps: 500 },
  defaults: { sessionTimeoutMs: 1_800_000, stepTimeoutMs: 300_000 },
  hasSecret: () => true,
  refuseUrl: () => undefined,
})

const approval = (id: string, more: object = {}) => ({
  id,
  uses: 'approval',
  with: { prompt: '?' },
  ...more,
})

const wait = (id: string, until: string, more: object = {}) => ({
  id,
  uses: 'wait',
  with: { until },
  ...more,
})

const stepsOf = (body: object) => planner.compile(body).plan.steps

test('people have as long as they need, unless something limits them', () => {
  const { plan, warnings } = planner.compile({
    timeout: '10m',
    groups: { g: { timeout: '5m' } },
    steps: [
      approval('ever'),
      approval('long', { timeout: '30d', retry: { maxAttempts: 3 } }),
      approval('member', { group: 'g' }),
      { id: 'signal', uses: 'signal', with: { name: 'go' } },
      approval('last', { finally: true, dependsOn: [] }),
    ],
  })
  const limits = plan.steps.map(({ id, unlimited, timeoutMs }) => [id, unlimited, timeoutMs])
  expect(limits).toEqual([
    ['ever', true, 300_000],
    ['long', undefined, 30 * 86_400_000],
    ['member', undefined, 300_000],
    ['signal', true, 300_000],
    ['last', undefined, 600_000],
  ])
  expect(warnings).toEqual([])
  const tooLong = { timeout: '10m', groups: { g: { timeout: '5m' } } }
  const steps = [approval('a', { group: 'g', timeout: '6m' })]
  expect(faultsOf({ ...tooLong, steps }, planner)).toEqual(['TIMEOUT_HIERARCHY /steps/0/timeout'])
})

test('a fork keeps people without a limit, and gives them one if it says so', () => {
  const { plan } = planner.compile({ steps: [approval('a'), approval('b')] })
  const changes = {
    steps: { a: { with: { prompt: 'Now?' } }, b: { timeout: 60_000 } },
  }
  const revised = planner.revise(plan, changes, () => false).plan.steps
  expect(revised.map(({ unlimited, timeoutMs }) => [unlimited, timeoutMs])).toEqual([
    [true, 300_000],
    [undefined, 60_000],
  ])
})

test('steps before an approval may read what it says when it pushes back, and no others', () => {
  const reads = "{{ has(steps.ok.output.note) ? steps.ok.output.note : '2030-01-01T00:00:00Z' }}"
  const before = [wait('a', reads), wait('b', reads), approval('ok')]
  expect(stepsOf({ steps: before })).toHaveLength(3)
  const aside = [...before, wait('c', reads, { dependsOn: [] })]
  expect(faultsOf({ steps: aside }, planner)).toEqual(['UNKNOWN_STEP /steps/3/with/until'])
  const ofSignal = [
    wait('a', '{{ steps.s.output }}'),
    { id: 's', uses: 'signal', with: { name: 'go' } },
  ]
  expect(faultsOf({ steps: ofSignal }, planner)).toEqual(['UNKNOWN_STEP /steps/0/with/until'])
  const own = [approval('ok', { with: { prompt: '{{ steps.ok.output.note }}' } })]
  expect(faultsOf({ steps: own }, planner)).toEqual(['UNKNOWN_STEP /steps/0/with/prompt'])
})

test('what people are asked holds no secret, and they undo nothing', () => {
  const secret = approval('a', { with: { prompt: '{{ secrets.TOKEN }}' } })
  expect(faultsOf({ steps: [secret] }, planner)).toEqual([
    'INVALID_EXPRESSION /steps/0/with/prompt',
  ])
  for (const undo of [
    { uses: 'approval', with: { prompt: '?' } },
    { uses: 'signal', with: { name: 'go' } },
  ]) {
    const steps = [wait('a', '2030-01-01T00:00:00Z', { undo })]
    expect(faultsOf({ steps }, planner)).toEqual(['INVALID_VALUE /steps/0/undo/uses'])
  }
})
