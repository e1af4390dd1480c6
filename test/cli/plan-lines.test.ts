import { expect, test } from 'vitest'
import { planLines } from '../../src/cli/live/plan-lines.ts'
import type { components } from '../../src/client/index.ts'

type Plan = components['schemas']['Plan']

/** A plan whose steps wait for those that are named. */
function planOf(parents: Readonly<Record<string, readonly string[]>>): Plan {
  const steps = Object.entries(parents).map(([id, dependsOn]) => ({
    id,
    uses: 'wait',
    with: {},
    dependsOn,
    retry: { maxAttempts: 1 },
    ai: 'never',
  }))
  const session = {
    estimatedDuration: '1s',
    maxParallel: 8,
    timeout: '30m',
    onFailure: 'fail_fast',
  }
  return { ...session, steps } as unknown as Plan
}

const linesOf = (plan: Plan) => planLines(plan, (_, text) => text)

test('a step stands in the layer behind all that it waits for, wherever they are written', () => {
  const lines = linesOf(planOf({ d: ['b', 'c'], b: ['a'], c: [], a: [] }))
  expect(lines.filter((line) => !line.includes('side by side')).map((line) => line.trim())).toEqual(
    [
      'layer 1',
      'c  wait',
      'a  wait',
      'layer 2',
      'b  wait  after a',
      'layer 3',
      'd  wait  after b, c',
    ],
  )
})

test('a chain of 10,000 steps that is written backwards has as many layers', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `s${index}`)
  const chain = ids.map((id, index) => [id, index === 0 ? [] : [`s${index - 1}`]] as const)
  const lines = linesOf(planOf(Object.fromEntries(chain.toReversed())))
  expect(lines.filter((line) => line.startsWith('layer '))).toHaveLength(10_000)
  expect(lines.at(-1)?.trim()).toBe('s9999  wait  after s9998')
})
