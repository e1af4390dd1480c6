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

  test('takes a parameter that is given twice', () => {
    expect(parseTypesFilter(['step.started', 'step.failed'])).toContain('step.failed')
  })

  test.each(['', 'nope', 'step', 'step.', '*', '.*', 'nope.*', 'step.*.x', 'step.started,,'])(
    'refuses %j',
    (value) => {
      expect(() => parseTypesFilter(value)).toThrow(
        expect.objectContaining({
          code: 'INVALID_QUERY',
          message: expect.stringContaining('"types"'),
        }),
      )
    },
  )

  test('names the type it does not know', () => {
    expect(() => parseTypesFilter('step.*,step.exploded')).toThrow(/"step\.exploded"/)
  })

  test('refuses more than 25 types', () => {
    expect(() => parseTypesFilter(Array(26).fill('step.started').join())).toThrow(/at most 25/)
    expect(parseTypesFilter(Array(25).fill('step.started').join())).toBeDefined()
  })
})
