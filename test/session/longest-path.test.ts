import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestPath } from '../../src/session/longest-path.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'
import { epoch } from '../support/decider.ts'
import { plan, step } from '../support/plans.ts'

const STEPS = 10

/** A graph, in whatever order its steps stand in the plan, with some steps settled and others begun. */
const graphs = fc.record({
  edges: fc.array(fc.boolean(), { minLength: STEPS * STEPS, maxLength: STEPS * STEPS }),
  place: fc.shuffledSubarray([...Array(STEPS).keys()], { minLength: STEPS }),
  settled: fc.array(fc.boolean(), { minLength: STEPS, maxLength: STEPS }),
  finals: fc.array(fc.boolean(), { minLength: STEPS, maxLength: STEPS }),
  ms: fc.array(fc.nat(10_000), { minLength: STEPS, maxLength: STEPS }),
})

type GraphShape = typeof graphs extends fc.Arbitrary<infer Shape> ? Shape : never

function sessionOf({ edges, place, settled, finals }: GraphShape): SessionState {
  const steps = place.map((rank, index) =>
    step(`s${index}`, {
      // A step depends on steps of a lower rank only, so there is no cycle; none on one that runs last.
      dependsOn: place.flatMap((other, parent) =>
        other < rank && edges[rank * STEPS + other] && !finals[parent] ? [`s${parent}`] : [],
      ),
      ...(finals[index] ? { finally: true } : {}),
    }),
  )
  const state = initialState({ id: 'ses_1', plan: plan(steps), createdAt: epoch })
  return settled.reduce((so, is, index) => (is ? settle(so, index) : so), state)
}

/** A step counts as settled once its passage is known. */
function settle(state: SessionState, index: number): SessionState {
  const steps = state.steps.map((each, at) =>
    at === index ? { ...each, status: 'completed' as const, passage: 'passed' as const } : each,
  )
  return { ...state, steps }
}

function check(law: (state: SessionState, ms: readonly number[], open: readonly number[]) => void) {
  fc.assert(
    fc.property(graphs, (shape) => {
      const state = sessionOf(shape)
      const open = state.steps.flatMap(({ passage }, index) =>
        passage === undefined ? [index] : [],
      )
      law(state, shape.ms, open)
    }),
    { numRuns: 500 },
  )
}

describe('the longest path through what has not settled', () => {
  test('is no shorter than any step and no longer than all together', () => {
    check((state, ms, open) => {
      const path = longestPath(state, (index) => ms[index] ?? 0)
      const weights = open.map((index) => ms[index] ?? 0)
      expect(path.ms).toBeGreaterThanOrEqual(Math.max(0, ...weights))
      expect(path.ms).toBeLessThanOrEqual(weights.reduce((sum, each) => sum + each, 0))
    })
  })

  test('never becomes longer when a step settles', () => {
    check((state, ms, open) => {
      const { ms: before } = longestPath(state, (index) => ms[index] ?? 0)
      for (const index of open) {
        const after = longestPath(settle(state, index), (each) => ms[each] ?? 0)
        expect(after.ms).toBeLessThanOrEqual(before)
      }
    })
  })

  test('is a chain of open steps, each a parent of the next or followed by one that runs last', () => {
    check((state, ms, open) => {
      const path = longestPath(state, (index) => ms[index] ?? 0)
      expect(path.steps.every((index) => open.includes(index))).toBe(true)
      expect(path.steps.length > 0).toBe(open.length > 0)
      expect(path.steps.reduce((sum, index) => sum + (ms[index] ?? 0), 0)).toBe(path.ms)
      path.steps.slice(1).forEach((index, at) => {
        const runsLast = state.plan.steps[index]?.finally === true
        const before = path.steps[at] ?? -1
        expect(runsLast || state.graph.parents[index]?.includes(before)).toBe(true)
      })
    })
  })

  test('goes through a step that runs last after all others, whatever it depends on', () => {
    const steps = [step('tidy', { finally: true }), step('a'), step('b', { dependsOn: ['a'] })]
    const state = initialState({ id: 'ses_1', plan: plan(steps), createdAt: epoch })
    expect(longestPath(state, () => 10)).toEqual({ ms: 30, steps: [1, 2, 0] })
  })

  test('has nothing before a step that has begun, although one of its parents goes on', () => {
    const steps = [step('a'), step('b', { dependsOn: ['a'] })]
    const state = initialState({ id: 'ses_1', plan: plan(steps), createdAt: epoch })
    const begun = state.steps.map((each) => ({ ...each, status: 'running' as const }))
    expect(longestPath({ ...state, steps: begun }, () => 10).ms).toBe(10)
  })

  test('costs what a plan of 10,000 steps holds, in a row or fanned out', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `s${index}`)
    const row = plan(ids.map((id, at) => step(id, { dependsOn: at === 0 ? [] : [`s${at - 1}`] })))
    const fan = plan([...ids.map((id) => step(id)), step('end', { dependsOn: ids })])
    const pathOf = (of: typeof row) =>
      longestPath(initialState({ id: 'ses_1', plan: of, createdAt: epoch }), () => 1)
    expect(pathOf(row).ms).toBe(10_000)
    expect(pathOf(fan)).toEqual({ ms: 2, steps: [0, 10_000] })
  })
})
