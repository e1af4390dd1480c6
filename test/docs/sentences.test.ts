import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { browserPlanner } from '../plan/browser-planning.ts'
import { readPage } from './pages.ts'

const inputs = { url: { default: 'https://example.com' }, name: { default: 'Ada' } }

/** What the examples take for granted. */
const before = [
  { id: 'report', uses: 'wait', with: { for: '1s' } },
  'Remember the text of the Total cell as total',
]

describe('docs/sentences.md', async () => {
  const page = await readPage('docs/sentences.md')
  const blocksOf = (language: string) =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
      ([, block = '']) => block,
    )
  const sentences = blocksOf('text').flatMap((block) => block.trim().split('\n'))
  const planner = browserPlanner({ hasSecret: () => true })

  test('shows every part of the language', () => {
    expect(sentences.length).toBeGreaterThan(120)
    const actions = new Set(
      sentences.map((sentence) => {
        const [step] = planner
          .compile({ inputs, steps: [...before, sentence] })
          .plan.steps.slice(-1)
        return step?.with['do']
      }),
    )
    expect(actions.size).toBeGreaterThan(24)
  })

  test.each(sentences)('shows a sentence that is read: %s', (sentence) => {
    const { plan } = planner.compile({ inputs, steps: [...before, sentence] })
    expect(plan.steps.at(-1)?.text).toBe(sentence)
  })

  test.each(blocksOf('yaml'))('shows a workflow that is compiled: %s', (block) => {
    const { warnings, plan } = planner.compile(parse(block))
    expect(warnings).toEqual([])
    expect(plan.steps.length).toBeGreaterThan(1)
  })
})
