import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { causesOf, thrownOutcome } from '../../../src/modules/task-loop/thrown.ts'

const plain = (text: string) => text

function coded(message: string, code: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code })
}

describe('the causes of an error', () => {
  test('are told from the nearest to the farthest, with their codes', () => {
    const cause = new StepstreamError('NETWORK_ERROR', 'no way', {
      cause: coded('connect ECONNREFUSED', 'ECONNREFUSED'),
    })
    expect(causesOf(cause, plain)).toEqual({
      causes: [
        { code: 'NETWORK_ERROR', message: 'no way' },
        { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
      ],
    })
  })

  test('are none where there is none', () => {
    expect(causesOf(undefined, plain)).toEqual({})
    expect(causesOf(null, plain)).toEqual({})
  })

  test('end after five, also where they go in a ring', () => {
    const ring = new Error('a')
    ring.cause = new Error('b', { cause: ring })
    const { causes } = causesOf(ring, plain)
    expect(causes?.map(({ message }) => message)).toEqual(['a', 'b', 'a', 'b', 'a'])
  })

  test('of several errors are those of the first', () => {
    const several = Object.assign(new AggregateError([coded('ipv6', 'ENETUNREACH'), new Error()]), {
      code: 'ENETUNREACH',
    })
    expect(causesOf(several, plain)).toEqual({
      causes: [
        { code: 'ENETUNREACH', message: 'AggregateError' },
        { code: 'ENETUNREACH', message: 'ipv6' },
      ],
    })
  })

  test('are masked, in the code as well, and cut to size', () => {
    const mask = (text: string) => text.replaceAll('hunter2', '[secret]')
    const { causes } = causesOf(coded(`hunter2 ${'x'.repeat(9000)}`, 'E_hunter2'), mask)
    expect(causes?.[0]?.code).toBe('E_[secret]')
    expect(causes?.[0]?.message).toMatch(/^\[secret\] x+…$/)
    expect(causes?.[0]?.message.length).toBeLessThan(2100)
  })

  test('may be anything at all', () => {
    const hostile = Object.defineProperty(new Error('mean'), 'cause', {
      get() {
        throw new Error('not that')
      },
    })
    expect(causesOf(hostile, plain)).toEqual({ causes: [{ message: 'mean' }] })
    expect(causesOf('a text', plain)).toEqual({ causes: [{ message: 'a text' }] })
    expect(causesOf(Object.create(null), plain)).toEqual({
      causes: [{ message: 'something was thrown that cannot be shown' }],
    })
    expect(causesOf(Object.assign(new Error('x'), { code: 5 }), plain)).toEqual({
      causes: [{ message: 'x' }],
    })
  })
})

test('what is thrown keeps its cause, and what has none has none', () => {
  const cause = new Error('why')
  expect(thrownOutcome(new Error('what', { cause }))).toMatchObject({ message: 'what', cause })
  expect(thrownOutcome('what')).not.toHaveProperty('cause')
})
