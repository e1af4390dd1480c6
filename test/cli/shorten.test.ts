import { describe, expect, test } from 'vitest'
import { fitting, fittingJson, lengthOf } from '../../src/cli/mcp/shorten.ts'

describe('what a model is told', () => {
  test('is whole where it is short', () => {
    const value = { list: [1, null, { text: 'ü' }], none: '' }
    expect(JSON.parse(fittingJson(value))).toEqual(value)
  })

  test('has its longest texts cut first', () => {
    const value = { id: 'a', log: 'x'.repeat(50_000), note: 'y'.repeat(500) }
    expect(fitting(value, 10_000)).toEqual({
      ...value,
      log: `${'x'.repeat(8000)}… (42000 more characters)`,
    })
  })

  test('has long lists and objects cut, and says by how much', () => {
    const list = Array.from({ length: 2000 }, (_, n) => ({ n, text: 'z'.repeat(100) }))
    const byName = Object.fromEntries(list.map(({ n, text }) => [`name${n}`, text]))
    for (const value of [list, byName])
      expect(lengthOf(fitting(value, 30_000))).toBeLessThan(30_000)
    expect((fitting(list, 30_000) as unknown[]).at(-1)).toBe('… (1800 more)')
    expect(fitting(byName, 30_000)).toMatchObject({ name0: 'z'.repeat(100), '…': '(1800 more)' })
  })

  test('has no half of a character', () => {
    const text = `${'x'.repeat(7999)}😀${'x'.repeat(10_000)}`
    expect(String(fitting(text, 9000)).isWellFormed()).toBe(true)
  })
})
