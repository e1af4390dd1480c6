import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseDuration } from '../src/duration.ts'
import { durationSchema } from '../src/duration-schema.ts'
import { StepstreamError } from '../src/errors.ts'

function codeOf(text: unknown): string {
  try {
    return String(parseDuration(text))
  } catch (error) {
    return error instanceof StepstreamError ? error.code : String(error)
  }
}

describe('a duration', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1d2h3m4s5ms', 93_784_005],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([5, '5', '5.5', ' 5 ', -3, '0'])('%j is refused for its missing unit', (text) => {
    expect(codeOf(text)).toBe('DURATION_WITHOUT_UNIT')
  })

  test.each([
    '',
    's',
    '1x',
    '1 h',
    '-5s',
    '1h30',
    '1e3s',
    '1,5s',
    '1S',
    '99999999w',
    null,
    {},
    true,
  ])('%j is refused as no duration', (text) => {
    expect(codeOf(text)).toBe('INVALID_DURATION')
  })

  test('a very long text is refused quickly and quoted shortly', () => {
    expect(() => parseDuration('1s'.repeat(500_000))).toThrow(/^"1s1s.{0,80}… is not a duration/)
  })
})

describe('the schema of a duration', () => {
  const schema = z.strictObject({ timeout: durationSchema, delay: durationSchema.optional() })

  test('yields milliseconds', () => {
    expect(schema.parse({ timeout: '2s' })).toEqual({ timeout: 2000 })
  })

  test.each([
    [{ timeout: 5 }, 'DURATION_WITHOUT_UNIT'],
    [{ timeout: 'soon' }, 'INVALID_DURATION'],
    [{}, 'MISSING_FIELD'],
  ])('refuses %j with the stable code %s and a path', (value, code) => {
    const { error } = schema.safeParse(value)
    expect(error?.issues).toMatchObject([{ path: ['timeout'], params: { code } }])
  })

  test('documents itself as a string', () => {
    const { properties, required } = z.toJSONSchema(schema, { io: 'input' })
    expect(properties?.['timeout']).toMatchObject({ type: 'string' })
    expect(required).toEqual(['timeout'])
  })
})
