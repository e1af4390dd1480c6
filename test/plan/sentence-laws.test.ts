import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { browserActionSchema } from '../../src/modules/browser-actions/types.ts'
import { cpuTime } from '../support/cpu-time.ts'
import { readingOf } from './browser-planning.ts'

const words = fc.constantFrom(
  ...'open click type check that the a in on of to with is are not should be have row dialog button first last 3 and then press Enter wait until for "Ada" \'x y\' {{ inputs.x }} {{ as name , remember text value url contains visible drag select from {int} #id [a=b] " \' ` Ada Save i user given timeout seconds within near next'.split(
    ' ',
  ),
)

const sentences = fc.oneof(
  fc.array(words, { maxLength: 60 }).map((each) => each.join(' ')),
  fc.string({ maxLength: 200, unit: 'grapheme' }),
)

describe('any sentence', () => {
  test('is read or refused, always the same way, and what it comes to is valid', () => {
    fc.assert(
      fc.property(sentences, (sentence) => {
        const reading = readingOf(sentence)
        expect(readingOf(sentence)).toEqual(reading)
        if (typeof reading !== 'object' || reading === null || !('do' in reading)) return
        expect(browserActionSchema.safeParse(reading).error?.issues).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  const long = (piece: string) => piece.repeat(Math.floor(2000 / piece.length))

  test.each([
    ...[
      'in the ',
      'of ',
      'is ',
      'and ',
      'with ',
      '" ',
      '"',
      "'",
      '{{',
      '}}',
      '{{ } ',
      'a, ',
      'to ',
      'the ',
    ],
    ...[
      'row of ',
      'next to ',
      'not ',
      'should ',
      'first ',
      '[',
      '\\',
      'button ',
      'within 5 seconds ',
    ],
  ])('of 2,000 characters is answered soon: %j over and over', (piece) => {
    const started = cpuTime()
    for (const verb of [
      'Click ',
      'Type x into ',
      'Check that ',
      'Wait until ',
      'Drag ',
      'Select ',
      '',
    ]) {
      readingOf(verb + long(piece))
    }
    expect(cpuTime() - started).toBeLessThan(2000)
  })

  test('takes time as it is long', () => {
    const sentence = (count: number) => `Check that ${'the big row in '.repeat(count)}x`
    const timeOf = (count: number) => {
      const times = Array.from({ length: 15 }, () => {
        const started = cpuTime()
        readingOf(sentence(count))
        return cpuTime() - started
      })
      return Math.min(...times)
    }
    timeOf(10)
    // Eight times as long: anything quadratic would take 64 times as long.
    expect(timeOf(120)).toBeLessThan(32 * timeOf(15) + 5)
  })
})
