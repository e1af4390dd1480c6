import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cycleOf, linksOf } from '../../../src/dashboard/design/links.ts'
import { outlineOf } from '../../../src/dashboard/design/outline.ts'
import type { Json } from '../../../src/json.ts'
import { faultsOf, linksOf as linksOfPlan } from '../../plan/planning.ts'

const linksBy = (steps: readonly Json[]) => {
  const items = outlineOf(steps)
  const { parents } = linksOf(items)
  return Object.fromEntries(
    items.map(({ id, index }) => [
      id,
      [...(parents[index] ?? [])].map((parent) => items[parent]!.id).sort(),
    ]),
  )
}

const sorted = (links: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(links).map(([id, names]) => [id, [...names].sort()]))

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const names = fc.uniqueArray(fc.constantFrom(...ids, 'step3'), { maxLength: 3 })
const stepOf = (id: string) =>
  fc
    .record(
      {
        dependsOn: fc.oneof(names, fc.constantFrom(...ids)),
        group: fc.constantFrom('g', 'h'),
        finally: fc.constant(true),
        chooses: fc.tuple(names, names),
        isNamed: fc.constant(false),
      },
      { requiredKeys: [] },
    )
    .map(({ chooses, isNamed, ...rest }): Json => {
      const own = isNamed === false ? {} : { id }
      if (chooses === undefined) return { ...own, uses: 'wait', with: { for: '1s' }, ...rest }
      const [taken, other] = chooses
      const branches = { if: 'true', ...(taken.length && { then: taken }), else: other }
      return { ...own, uses: 'condition', with: branches, ...rest }
    })
const lists = fc.tuple(...ids.map((id) => fc.oneof(stepOf(id), fc.constant('Wait 1 second'))))

describe('what a step comes after', () => {
  test('is what the service says, for any list of steps', () => {
    let accepted = 0
    fc.assert(
      fc.property(lists, (steps) => {
        if (faultsOf(steps).length > 0) return
        accepted++
        expect(linksBy(steps)).toEqual(sorted(linksOfPlan(steps)))
      }),
      { numRuns: 1500 },
    )
    expect(accepted).toBeGreaterThan(5)
  })

  test('goes round in circles where the service says so', () => {
    let circles = 0
    const named = fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 })
    const linked = fc.tuple(
      ...ids.map((id) =>
        fc
          .record({ dependsOn: named }, { requiredKeys: [] })
          .map((more): Json => ({ id, uses: 'wait', with: { for: '1s' }, ...more })),
      ),
    )
    fc.assert(
      fc.property(linked, (steps) => {
        const faults = faultsOf(steps)
        const items = outlineOf(steps)
        const cycle = cycleOf(items, linksOf(items))
        if (cycle !== undefined) circles++
        expect(cycle !== undefined).toBe(faults.length > 0)
      }),
      { numRuns: 500 },
    )
    expect(circles).toBeGreaterThan(20)
  })

  test('a cycle is spelled in the order the steps would run', () => {
    const items = outlineOf([
      { id: 'a', uses: 'wait', dependsOn: ['c'] },
      { id: 'b', uses: 'wait', dependsOn: ['a'] },
      { id: 'c', uses: 'wait', dependsOn: ['b'] },
    ])
    const [first, ...rest] = cycleOf(items, linksOf(items))!
    expect(rest.at(-1)).toBe(first)
    expect(rest).toHaveLength(3)
    expect([first, ...rest].join()).toMatch(/a,b|b,c/)
  })
})
