import { describe, expect, test } from 'vitest'
import { compile, faultsOf, planner } from './planning.ts'

const steps = ['Wait 1 second']

describe('a priority', () => {
  test('is that of the workflow, or in its place the one that stands beside it', () => {
    expect(compile({ steps, priority: -100 }).plan.priority).toBe(-100)
    expect(compile({ workflow: { steps, priority: 1 } }).plan.priority).toBe(1)
    expect(compile({ workflow: { steps, priority: 1 }, priority: 100 }).plan.priority).toBe(100)
    expect(compile({ workflow: steps, priority: 7 }).plan.priority).toBe(7)
  })

  test('is left out where it is 0', () => {
    expect(compile(steps).plan).not.toHaveProperty('priority')
    expect(compile({ steps, priority: 0 }).plan).not.toHaveProperty('priority')
    const replaced = compile({ workflow: { steps, priority: 1 }, priority: 0 })
    expect(replaced.plan).not.toHaveProperty('priority')
  })

  test('is what is given beforehand only where nobody says another one', () => {
    const given = (body: unknown) => planner.compile(body, { priority: 5 }).plan.priority
    expect([given(steps), given({ steps, priority: -1 })]).toEqual([5, -1])
    expect(given({ steps, priority: 0 })).toBeUndefined()
    expect(given({ workflow: steps, priority: 0 })).toBeUndefined()
  })

  test.each([
    ['/priority', 'INVALID_VALUE', { steps, priority: 101 }],
    ['/priority', 'INVALID_VALUE', { steps, priority: -101 }],
    ['/priority', 'WRONG_TYPE', { steps, priority: 1.5 }],
    ['/priority', 'WRONG_TYPE', { steps, priority: 'high' }],
    ['/priority', 'WRONG_TYPE', { steps, priority: null }],
    ['/workflow/priority', 'INVALID_VALUE', { workflow: { steps, priority: 1000 } }],
    ['/priority', 'INVALID_VALUE', { workflow: { steps }, priority: 1000 }],
    ['/priority', 'WRONG_TYPE', { workflow: { steps, priority: 1 }, priority: '2' }],
  ])('is refused at %s with %s', (pointer, code, body) => {
    expect(faultsOf(body)).toEqual([`${code} ${pointer}`])
  })
})
