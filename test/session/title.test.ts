import { describe, expect, test } from 'vitest'
import type { PlannedStep } from '../../src/session/plan.ts'
import { titleOf } from '../../src/session/title.ts'

const steps = (...texts: readonly string[]) =>
  texts.map((text, index) => ({ id: `step${index + 1}`, text }) as PlannedStep)

describe('the title of a session', () => {
  test('is its name, else that of its workflow', () => {
    const workflow = { name: 'nightly', version: 3 }
    expect(titleOf({ name: 'Release 1.2', workflow, steps: steps('Wait 1 s') })).toBe('Release 1.2')
    expect(titleOf({ workflow, steps: steps('Wait 1 s') })).toBe('nightly')
  })

  test('is what its first step says, and how many follow', () => {
    expect(titleOf({ steps: steps('Open https://example.com') })).toBe('Open https://example.com')
    expect(titleOf({ steps: steps('Open https://example.com', 'Click Go', 'Wait 1 s') })).toBe(
      'Open https://example.com, and 2 more',
    )
    const [step] = steps('Wait 1 s') as [PlannedStep]
    expect(titleOf({ steps: [{ ...step, name: 'Rest' }] })).toBe('Rest')
    const { text: _, ...wordless } = step
    expect(titleOf({ steps: [wordless] })).toBe('step1')
  })

  test('is one line without control characters, of a bounded length', () => {
    const title = titleOf({ steps: steps(`Type "a\u001b[2J\nb" ${'x'.repeat(1000)}`) })
    expect(title).toMatch(/^Type "a b" x+…$/)
    expect(title.length).toBeLessThan(150)
  })
})
