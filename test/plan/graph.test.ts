import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import { choose, compile, faultsOf, largePlanner, linksOf, step } from './planning.ts'

describe('the order of steps', () => {
  test('is the order of the list', () => {
    expect(linksOf(['Wait 1s', 'Wait 2s', 'Wait 3s'])).toEqual({
      step1: [],
      step2: ['step1'],
      step3: ['step2'],
    })
  })

  test('starts a step at once that depends on nothing', () => {
    expect(linksOf([step('a'), step('b', { dependsOn: [] }), step('c')])).toEqual({
      a: [],
      b: [],
      c: ['b'],
    })
  })

  test('takes one dependency as a string, and each only once', () => {
    const links = linksOf([
      step('a'),
      step('b'),
      step('c', { dependsOn: 'a' }),
      step('d', { dependsOn: ['a', 'a'] }),
    ])
    expect(links).toMatchObject({ c: ['a'], d: ['a'] })
  })

  test('may refer to a step further down', () => {
    expect(linksOf([step('a', { dependsOn: 'b' }), step('b', { dependsOn: [] })])).toEqual({
      a: ['b'],
      b: [],
    })
  })

  test('lets steps of a group in a row run side by side', () => {
    const group = { group: 'g' }
    expect(
      linksOf([
        step('a'),
        step('b', group),
        step('c', group),
        step('d'),
        step('e', group),
        step('f', { group: 'h' }),
      ]),
    ).toEqual({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: ['d'], f: ['e'] })
  })

  test('keeps what a member of a group says itself', () => {
    const links = linksOf([
      step('a'),
      step('b', { group: 'g' }),
      step('c', { group: 'g', dependsOn: [] }),
      step('d'),
    ])
    expect(links).toMatchObject({ b: ['a'], c: [], d: ['b', 'c'] })
  })

  test('names steps by position, past names that are taken', () => {
    const ids = compile([step('step2'), 'Wait 1s', 'Wait 1s', step('step2_2')]).plan.steps
    expect(ids.map(({ id }) => id)).toEqual(['step2', 'step2_3', 'step3', 'step2_2'])
  })
})

describe('a condition', () => {
  test('is what its branches begin with and end before', () => {
    const links = linksOf([
      step('a'),
      choose('c', ['t1', 't2'], ['e1']),
      step('t1'),
      step('t2'),
      step('e1'),
      step('z'),
    ])
    expect(links).toEqual({
      a: [],
      c: ['a'],
      t1: ['c'],
      t2: ['t1', 'c'],
      e1: ['c'],
      z: ['c', 't2', 'e1'],
    })
  })

  test('is followed by the next step when a branch is empty', () => {
    expect(linksOf([choose('c', 't', []), step('t'), step('z')])).toEqual({
      c: [],
      t: ['c'],
      z: ['c', 't'],
    })
  })

  test('is added to what its steps say themselves', () => {
    const links = linksOf([step('a'), choose('c', 't', []), step('t', { dependsOn: ['a'] })])
    expect(links).toMatchObject({ t: ['a', 'c'] })
  })

  test('can stand in the branch of another', () => {
    const links = linksOf([
      choose('c', ['d'], ['x']),
      choose('d', ['y'], []),
      step('x'),
      step('y'),
      step('z'),
    ])
    expect(links).toEqual({ c: [], d: ['c'], x: ['c'], y: ['d'], z: ['c', 'd', 'y', 'x'] })
  })

  test('can have a group in a branch', () => {
    const links = linksOf([
      choose('c', ['p', 'q', 'r'], []),
      step('p', { group: 'g' }),
      step('q', { group: 'g' }),
      step('r'),
      step('z'),
    ])
    expect(links).toEqual({ c: [], p: ['c'], q: ['c'], r: ['p', 'q', 'c'], z: ['c', 'r'] })
  })

  test('carries its branches into the plan', () => {
    const { steps } = compile([choose('c', 't', []), step('t')]).plan
    expect(steps[0]?.branches?.then).toEqual(['t'])
    expect(steps[0]?.branches?.else).toEqual([])
  })
})

describe('cycles', () => {
  test('are found one by one', () => {
    const body = [
      step('a', { dependsOn: 'b' }),
      step('b', { dependsOn: 'a' }),
      step('c', { dependsOn: 'd' }),
      step('d', { dependsOn: 'c' }),
    ]
    expect(faultsOf(body)).toEqual([
      'DEPENDENCY_CYCLE /0/dependsOn',
      'DEPENDENCY_CYCLE /2/dependsOn',
    ])
  })

  test('are found through ten thousand steps', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      step(`s${index}`, index === 0 ? { dependsOn: 's9999' } : {}),
    )
    expect(() => largePlanner.compile(chain)).toThrow(StepstreamError)
    expect(faultsOf(chain, largePlanner)).toEqual(['DEPENDENCY_CYCLE /0/dependsOn'])
  })

  test('are not seen in ten thousand steps without one', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => step(`s${index}`))
    expect(largePlanner.compile(chain).plan.steps).toHaveLength(10_000)
  })
})
