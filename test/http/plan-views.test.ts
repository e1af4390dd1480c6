import { expect, test } from 'vitest'
import { plannedStepSchema, plannedStepView } from '../../src/http/plan-views.ts'
import { browserPlanner } from '../plan/browser-planning.ts'

test('a plan shows each sentence, what it became, its element in words, and who decides', () => {
  const planner = browserPlanner({ ai: { has: () => true } })
  const { plan } = planner.compile({
    pages: { login: 'https://shop.test/login' },
    steps: [
      'Open login page',
      'Click the Sign in button in the row of Ada',
      'Book the cheapest room',
      { uses: 'wait', with: { for: '1s' }, undo: 'Click the Undo button' },
    ],
  })
  const views = plan.steps.map((step) => plannedStepSchema.strict().parse(plannedStepView(step)))
  expect(views).toMatchObject([
    {
      text: 'Open login page',
      uses: 'browser',
      with: { do: 'open', url: 'https://shop.test/login' },
      ai: 'never',
    },
    {
      text: 'Click the Sign in button in the row of Ada',
      with: { do: 'click' },
      target: 'button "Sign in" in the row "Ada"',
      ai: 'ifNotFound',
    },
    { uses: 'ai', with: { goal: 'Book the cheapest room' }, ai: 'always' },
    { uses: 'wait', ai: 'never', undo: { target: 'button "Undo"', ai: 'ifNotFound' } },
  ])
  expect(views[0]).not.toHaveProperty('target')
})
