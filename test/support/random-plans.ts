import fc from 'fast-check'
import type { Plan, PlannedGroup, PlannedStep } from '../../src/session/plan.ts'
import { plan, step } from './plans.ts'

const strategies = ['fail_fast', 'continue', 'rollback', 'escalate'] as const

const stepCount = fc.integer({ min: 1, max: 9 })

/** Plans of a few steps, of every kind that the core tells apart. */
export const plans: fc.Arbitrary<Plan> = stepCount.chain((count) =>
  fc
    .record({
      edges: fc.array(fc.array(fc.boolean(), { minLength: count, maxLength: count }), {
        minLength: count,
        maxLength: count,
      }),
      guarded: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      onInterrupted: fc.constantFrom('retry' as const, 'fail' as const),
      onFailure: fc.constantFrom(...strategies),
      undone: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      tolerant: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      finals: fc.integer({ min: 0, max: 2 }),
      looped: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      maxFailures: fc.integer({ min: 0, max: 1 }),
      grouped: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      group: fc.record(
        {
          maxParallel: fc.integer({ min: 1, max: 2 }),
          waitForAll: fc.boolean(),
          timeoutMs: fc.integer({ min: 500, max: 5000 }),
        },
        { requiredKeys: [] },
      ),
      maxParallel: fc.integer({ min: 1, max: 4 }),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      conditions: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      repeated: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      setting: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      own: fc.array(fc.constantFrom(undefined, undefined, ...strategies), {
        minLength: count,
        maxLength: count,
      }),
      asking: fc.array(fc.constantFrom('noop', 'noop', 'approval', 'signal'), {
        minLength: count,
        maxLength: count,
      }),
      onLimit: fc.constantFrom('queue', 'reject', undefined),
    })
    .map((shape) => {
      const retry = {
        maxAttempts: shape.maxAttempts,
        backoff: 'exponential',
        delayMs: 100,
        maxDelayMs: 1000,
        multiplier: 2,
        jitter: true,
      } as const
      const { onInterrupted } = shape
      const undo = { uses: 'noop', with: {}, retry, timeoutMs: 1000, onInterrupted }
      const steps = Array.from({ length: count }, (_, index): PlannedStep => {
        const dependsOn = Array.from({ length: index }, (_, parent) => parent)
          .filter((parent) => shape.edges[index]?.[parent])
          .map((parent) => `s${parent}`)
        return step(`s${index}`, {
          uses: shape.asking[index] ?? 'noop',
          dependsOn,
          onInterrupted,
          retry,
          ...(shape.guarded[index] ? { when: 'something' } : {}),
          ...(shape.guarded[index] && shape.tolerant[index] ? { tolerant: true as const } : {}),
          ...(shape.undone[index] ? { undo } : {}),
          ...(shape.grouped[index] ? { group: 'g' } : {}),
          ...(shape.repeated[index] ? { repeat: { until: 'x', maxTimes: 3, delayMs: 50 } } : {}),
          ...(shape.setting[index] ? { set: { v: 'x' } } : {}),
          ...(shape.own[index] === undefined ? {} : { onFailure: shape.own[index] }),
          ...(shape.looped[index] && !shape.conditions[index]
            ? { forEach: { items: 'x', maxParallel: 2, maxFailures: shape.maxFailures } }
            : {}),
        })
      })
      const finals = Array.from({ length: shape.finals }, (_, index) =>
        step(`f${index}`, {
          finally: true,
          retry,
          onInterrupted,
          dependsOn: index === 0 ? [] : ['f0'],
        }),
      )
      return plan([...withBranches(steps, shape.conditions), ...finals], {
        onFailure: shape.onFailure,
        groups: { g: shape.group as PlannedGroup },
        maxParallel: shape.maxParallel,
        timeoutMs: 20_000,
        ...(shape.onLimit === undefined
          ? {}
          : { concurrency: { key: 'k', limit: 1, onLimit: shape.onLimit } }),
      })
    }),
)

/** Makes some steps conditions over their own dependants. */
function withBranches(steps: PlannedStep[], conditions: readonly boolean[]): PlannedStep[] {
  const taken = new Set<string>()
  return steps.map((candidate, index) => {
    if (!conditions[index]) return candidate
    const targets = steps
      .filter((other) => other.dependsOn.includes(candidate.id) && !taken.has(other.id))
      .map((other) => other.id)
    for (const id of targets) taken.add(id)
    if (targets.length === 0) return candidate
    const half = Math.ceil(targets.length / 2)
    return { ...candidate, branches: { then: targets.slice(0, half), else: targets.slice(half) } }
  })
}
