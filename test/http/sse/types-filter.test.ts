import { describe, expect, test } from 'vitest'
import { parseTypesFilter } from '../../../src/http/sse/types-filter.ts'
import { eventData, finalEventTypes } from '../../../src/session/events.ts'

describe('a filter of types', () => {
  test('is absent when the parameter is', () => {
    expect(parseTypesFilter(undefined)).toBeUndefined()
  })

  test('takes names and families, and always lets final events pass', () => {
    const filter = parseTypesFilter('step.*, warning.issued')
    const steps = Object.keys(eventData).filter((type) => type.startsWith('step.'))
    expect([...(filter ?? [])].toSorted()).toEqual(
      [...steps, 'warning.issued', ...finalEventTypes].toSorted(),
    )
  })

  test('leaves out what has a minus, of all or of what is named', () => {
    const all = Object.keys(eventData)
    const most = all.filter((type) => type !== 'step.output' && !type.startsWith('ai.'))
    expect([...(parseTypesFilter('-step.output,-ai.*') ?? [])].toSorted()).toEqual(most.toSorted())
    const steps = all.filter((type) => type.startsWith('step.') && type !== 'step.output')
    expect([...(parseTypesFilter('step.*,-step.output') ?? [])].toSorted()).toEqual(
      [...steps, ...finalEventTypes].toSorted(),
    )
  })

  test('lets final events pass that are left out', () => {
    expect(parseTypesFilter('-session.*')).toContain('session.completed')
  })

  test('takes a parameter that is given twice', () => {
    expect(parseTypesFilter(['step.started', 'step.failed'])).toContain('step.failed')
  })

  test.each([
    '',
    'nope',
    'step',
    'step.',
    '*',
    '.*',
    'nope.*',
    'step.*.x',
    'step.started,,',
    '-',
    '-step',
    '--step.*',
  ])('refuses %j', (value) => {
    expect(() => parseTypesFilter(value)).toThrow(
      expect.objectContaining({
        code: 'INVALID_QUERY',
        message: expect.stringContaining('"types"'),
      }),
    )
  })

  test('names the type it does not know', () => {
    expect(() => parseTypesFilter('step.*,step.exploded')).toThrow(/"step\.exploded"/)
  })

  test('refuses more than 25 types', () => {
    expect(() => parseTypesFilter(Array(26).fill('step.started').join())).toThrow(/at most 25/)
    expect(parseTypesFilter(Array(25).fill('step.started').join())).toBeDefined()
  })
})
