import { describe, expect, test } from 'vitest'
import { createOutputCapture } from '../../../src/modules/executors/output-capture.ts'

describe('captured output', () => {
  test('within the limit is kept as it is, each stream by itself', () => {
    const capture = createOutputCapture(80)
    capture.add('stdout', Buffer.from('a'.repeat(30)))
    capture.add('stderr', Buffer.from('b'.repeat(30)))
    capture.add('stdout', Buffer.from('c'.repeat(10)))
    expect(capture.text('stdout')).toBe('a'.repeat(30) + 'c'.repeat(10))
    expect(capture.text('stderr')).toBe('b'.repeat(30))
    expect(capture.truncated).toBe(false)
  })

  test('over the limit loses its middle and says how much', () => {
    const capture = createOutputCapture(80)
    for (let n = 0; n < 100; n += 1) capture.add('stdout', Buffer.from(`${n % 10}`))
    expect(capture.truncated).toBe(true)
    expect(capture.text('stdout')).toBe(
      `${'0123456789'.repeat(6)}\n… 30 bytes left out …\n0123456789`,
    )
  })

  test('is cut between characters', () => {
    const capture = createOutputCapture(64)
    capture.add('stdout', Buffer.from('€'.repeat(100)))
    const [head, , tail] = capture.text('stdout').split('\n')
    expect(head).toBe('€'.repeat(16))
    expect(tail).toBe('€'.repeat(2))
  })

  test('of one large piece keeps the limit', () => {
    const capture = createOutputCapture(800)
    capture.add('stderr', Buffer.from('x'.repeat(1_000_000)))
    expect(capture.text('stderr').length).toBeLessThan(800)
  })
})
