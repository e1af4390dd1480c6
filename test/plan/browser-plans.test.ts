import { describe, expect, test } from 'vitest'
import { aiNeedOf, targetWords } from '../../src/plan/browser-words.ts'
import { browserPlanner } from './browser-planning.ts'
import { faultDetailsOf } from './planning.ts'

const planner = browserPlanner()
const compile = (body: unknown) => planner.compile(body).plan
const faultsOf = (body: unknown, by = planner) =>
  faultDetailsOf(body, by).map(({ code, pointer }) => `${code} ${pointer}`)

describe('pages of a workflow', () => {
  const pages = { 'Login page': 'https://shop.test/login', orders: '{{ inputs.base }}/orders' }
  const inputs = { base: { default: 'https://shop.test' } }

  test.each([
    ['Open login page', 'https://shop.test/login'],
    ['Go to the Login page', 'https://shop.test/login'],
    ['Visit the ORDERS page', '{{ inputs.base }}/orders'],
    ['Given I am on the orders page', '{{ inputs.base }}/orders'],
  ])('are opened by "%s"', (sentence, url) => {
    const { steps } = compile({ pages, inputs, steps: [sentence] })
    expect(steps[0]).toMatchObject({ uses: 'browser', with: { do: 'open', url } })
  })

  test('have addresses', () => {
    expect(faultsOf({ pages: { a: 'ftp://a.test', b: 'here' }, steps: ['Wait 1s'] })).toEqual([
      'INVALID_VALUE /pages/a',
      'INVALID_VALUE /pages/b',
    ])
  })

  test('with a fault are still known to the steps', () => {
    const body = { colour: 1, pages, inputs, steps: ['Open login page'] }
    expect(faultsOf(body)).toEqual(['UNKNOWN_FIELD /colour'])
  })
})

test('a workflow says how its browser is to be', () => {
  const browser = { screenshots: 'each', viewport: { width: 800, height: 600 } }
  expect(compile({ browser, steps: ['Wait 1s'] }).browser).toEqual(browser)
  expect(compile(['Wait 1s'])).not.toHaveProperty('browser')
  expect(faultsOf({ browser: { trace: 'always' }, steps: ['Wait 1s'] })).toEqual([
    'INVALID_VALUE /browser/trace',
  ])
})

test('a limit that a sentence gives is that of its step, or of what it waits for', () => {
  const { steps } = compile([
    'Open https://a.test with a timeout of 10 seconds',
    'Wait for "Saved" within 2 minutes',
  ])
  expect(steps[0]).toMatchObject({ timeoutMs: 10_000, with: { do: 'open', url: 'https://a.test' } })
  expect(steps[1]?.with).toEqual({ do: 'waitFor', text: 'Saved', timeout: '2m' })
})

describe('secrets in sentences about pages', () => {
  test('stand for a value that is typed', () => {
    expect(compile(['Type {{ secrets.TOKEN }} into Password']).steps[0]?.with).toEqual({
      do: 'fill',
      target: { name: 'Password' },
      secret: 'TOKEN',
    })
  })

  test('are refused anywhere else', () => {
    const steps = [
      'Open https://a.test/{{ secrets.TOKEN }}',
      'Type "x{{ secrets.TOKEN }}" into Password',
      'Click "{{ secrets.TOKEN }}"',
      'Type {{ secrets.NONE }} into Password',
    ]
    expect(faultsOf(steps)).toEqual([
      'UNKNOWN_SECRET /3',
      'INVALID_EXPRESSION /0',
      'INVALID_EXPRESSION /1',
      'INVALID_EXPRESSION /2',
    ])
  })
})

describe('a sentence that no rule reads', () => {
  const withAi = browserPlanner({ ai: { has: (name = 'default') => name === 'default' } })
  const goal = 'Book the cheapest room for two nights'

  test('is a goal where an AI connection is set', () => {
    const { steps } = withAi.compile([goal, 'Click Save']).plan
    expect(steps[0]).toMatchObject({ uses: 'ai', with: { goal }, text: goal })
    expect(steps[1]).toMatchObject({ uses: 'browser' })
  })

  test('is refused without one, with one of another name, and where it says nothing', () => {
    expect(faultsOf([goal])).toEqual(['UNREADABLE_SENTENCE /0'])
    expect(faultsOf({ browser: { ai: 'other' }, steps: [goal] }, withAi)).toEqual([
      'UNREADABLE_SENTENCE /steps/0',
    ])
    expect(faultsOf(['…'], withAi)).toEqual(['UNREADABLE_SENTENCE /0'])
  })

  test('is refused where it has a form but is wrong', () => {
    expect(faultsOf(['Wait 2 moons', 'Open shop.test'], withAi)).toEqual([
      'INVALID_DURATION /0',
      'INVALID_VALUE /1',
    ])
  })

  test.each([
    ['Clik Save', 'Did you mean: Click Save?'],
    ['Save the order', 'Did you mean: Click "Save"?'],
    ['"Sign in" button', 'Did you mean: Click "Sign in" button?'],
    ['www.shop.test', 'Did you mean: Open https://www.shop.test?'],
    ['Opne the login page', 'Did you mean: Open the login page?'],
    ['Verify both boxes are ticked', '"Verify the total is "10.00""'],
  ])('is answered with what may have been meant: %s', (sentence, hint) => {
    const [fault] = faultDetailsOf(['Wait 1s', sentence], planner)
    expect(fault?.message).toContain('step 2: ')
    expect(fault?.message).toContain(hint)
    expect(fault?.message.match(/"[^"]*(?:"[^"]*")?[^"]*"(?=,|;)/g)?.length).toBeLessThanOrEqual(4)
  })
})

describe('variables that a step sets by what it finds', () => {
  test('need not be declared', () => {
    const plan = compile([
      'Remember the text of Total as total',
      'Type "{{ vars.total }}" into Sum',
    ])
    expect(plan).toMatchObject({ vars: { total: null }, varSchemas: { total: {} } })
  })

  test('keep the schema that the workflow gives them', () => {
    const vars = { total: { type: 'string', default: '' } }
    const plan = compile({ vars, steps: ['Remember the text of Total as total'] })
    expect(plan).toMatchObject({ vars: { total: '' }, varSchemas: vars })
  })

  test('are the only ones that come by themselves', () => {
    const steps = ['Remember the text of Total as total', 'Type "{{ vars.sum }}" into Sum']
    expect(faultsOf(steps)).toEqual(['INVALID_EXPRESSION /1'])
  })

  test('count as declared ones do', () => {
    const steps = Array.from({ length: 101 }, (_, at) => `Remember the text of Total as v${at}`)
    expect(faultsOf(steps)).toEqual(['INVALID_VALUE '])
  })

  test('come along with a step that is replaced', () => {
    const { plan } = planner.compile(['Click Save'])
    const input = { do: 'extract', what: 'title', as: 'heading' }
    const revised = planner.revise(plan, { steps: { step1: { with: input } } }, () => false)
    expect(revised.plan).toMatchObject({ vars: { heading: null }, varSchemas: { heading: {} } })
  })
})

describe('a step of the browser in words', () => {
  const wordsOf = (sentence: string) => {
    const { uses, with: input, text } = compile([sentence]).steps[0]!
    return [targetWords(uses, input), aiNeedOf(uses, input, text)]
  }

  test.each([
    [
      'Click the Sign in button in the row of Ada',
      'button "Sign in" in the row "Ada"',
      'ifNotFound',
    ],
    ['Click the second to last checkbox', '2nd to last checkbox', 'ifNotFound'],
    ['Click the 3rd field next to "Name"', '3rd field next to "Name"', 'ifNotFound'],
    ['Drag "A" to the Done list', '"A" to list "Done"', 'ifNotFound'],
    ['Click #save', 'element #save', 'never'],
    ['Open https://a.test', undefined, 'never'],
    ['Open the login page', undefined, 'ifNotFound'],
    ['Wait 1s', undefined, 'never'],
  ])('%s', (sentence, target, ai) => {
    expect(wordsOf(sentence)).toEqual([target, ai])
  })
})
