import { describe, expect, test } from 'vitest'
import type { BrowserAction } from '../../../src/modules/browser-actions/types.ts'
import { createStepCache } from '../../../src/modules/step-cache/index.ts'
import type { CachedSteps, CacheKey } from '../../../src/modules/step-cache/types.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { clicks, element, key, only } from './steps.ts'

function setup() {
  const store = createMemoryStore()
  const cache = createStepCache({
    store,
    clock: new ManualClock(),
    version: '1',
    ttlMs: 1000,
    holdsSecret: (text) => text.includes('hunter2'),
  })
  const keep = async (of: Partial<CacheKey>, steps: CachedSteps) => {
    const result = await cache.put({ ...key, ...of }, steps)
    const kept = await cache.get({ ...key, ...of })
    return result === 'stored' ? kept : { result, kept }
  }
  return { store, keep }
}

const refused = { result: 'refused', kept: undefined }
const login = 'Sign in as {{ inputs.email }}'
const fill = (text: string): BrowserAction => ({ do: 'fill', target: 'Email', text })
const email = element('Email', { role: 'textbox' })

describe('what is not kept', () => {
  test.for<readonly [string, BrowserAction]>([
    ['a claim', { do: 'assert', expected: 'Welcome' }],
    ['what was read', { do: 'extract', target: 'Total', as: 'total' }],
    ['an answer to a dialog', { do: 'dialog', accept: true }],
    ['a secret', { do: 'fill', target: 'Password', secret: 'SHOP_PASSWORD' }],
    ['a file of the session', { do: 'upload', files: [{ artifact: 'art_1' }] }],
    ['the value of a secret', { do: 'fill', target: 'Password', text: 'hunter2' }],
  ])('%s, nor what stands beside it', async ([, action]) => {
    const { keep, store } = setup()
    expect(await keep({}, only(action))).toEqual(refused)
    const { actions } = clicks('Cart')
    expect(await keep({}, { actions: [...actions, { action }] })).toEqual(refused)
    expect(await store.countDocuments(key.tenant, 'stepCache')).toBe(0)
  })

  test('the value of a secret in a text, an address, what was seen, or how the end was known', async () => {
    const { keep } = setup()
    const [action] = clicks('Cart').actions
    const seen = { ...action!, evidence: 'the field holds "hunter2"' }
    expect(await keep({ text: 'Click hunter2' }, clicks('Cart'))).toEqual(refused)
    expect(await keep({ url: 'http://a.b/hunter2' }, clicks('Cart'))).toEqual(refused)
    expect(await keep({}, { actions: [seen] })).toEqual(refused)
    expect(await keep({}, { ...clicks('Cart'), done: { all: ['hunter2'] } })).toEqual(refused)
  })

  test('nothing, or more than anybody does again', async () => {
    const { keep } = setup()
    expect(await keep({}, { actions: [] })).toEqual(refused)
    const names = Array.from({ length: 1000 }, (_, n) => `Button ${n}`)
    expect(await keep({}, clicks(...names))).toEqual(refused)
    expect(await keep({}, clicks(...names.slice(0, 100)))).toBeDefined()
  })
})

describe('of a text with variables', () => {
  test('the words are kept, and nothing that a variable held', async () => {
    const { keep, store } = setup()
    const evidence = 'the field holds "ada@example.com"'
    const steps: CachedSteps = {
      actions: [
        { action: fill('{{inputs.email}}'), target: email, evidence },
        ...clicks('Sign in').actions,
      ],
      done: { text: 'Welcome' },
    }
    expect(await keep({ text: login, values: ['ada@example.com'] }, steps)).toEqual({
      ...steps,
      actions: [{ action: fill('{{inputs.email}}'), target: email }, steps.actions[1]],
    })
    const list = { tenant: key.tenant, kind: 'stepCache', limit: 1 }
    expect((await store.listDocuments(list))[0]?.body).not.toContain('ada@')
  })

  test('no element is kept that a variable named: its words find it next time', async () => {
    const { keep } = setup()
    const target = { name: '{{ inputs.product }}', role: 'button' } as const
    const mug = element('Blue mug')
    const drag: BrowserAction = { do: 'drag', target, to: { name: '{{ inputs.place }}' } }
    const kept = await keep(
      { text: 'Drag {{ inputs.product }} to {{ inputs.place }}' },
      { actions: [{ action: drag, target: mug, to: mug }] },
    )
    expect(kept).toEqual(only(drag))
  })

  test('nothing is kept where a value stands in place of its name', async () => {
    const { keep } = setup()
    expect(await keep({ text: login }, only(fill('ada@example.com')))).toEqual(refused)
    const both = { actions: [...only(fill('{{ inputs.email }}')).actions] }
    both.actions.push({ action: { do: 'select', options: ['ada@example.com'] } })
    expect(await keep({ text: login }, both)).toEqual(refused)
  })

  test('a value of the text itself is kept', async () => {
    const { keep } = setup()
    const text = `${login} from "Paris"`
    const steps = { actions: [{ action: fill('{{ inputs.email }}') }, { action: fill('paris') }] }
    expect(await keep({ text }, steps)).toEqual(steps)
  })

  test('nothing is kept where a choice was made by a variable that no action names', async () => {
    const { keep } = setup()
    const text = 'Add {{ inputs.product }} to the cart'
    expect(await keep({ text }, clicks('Add to cart'))).toEqual(refused)
  })

  test.for<readonly [string, string, boolean]>([
    ['Blue mug', 'Add Blue mug', false],
    ['blue MUG', 'Add Blue mug', false],
    ['O"Neil', 'internal:has-text="O\\"Neil"', false],
    ['1', 'Page 12', true],
    ['12', '12', false],
    ['  ', 'Add  it', true],
  ])('a value %j is known in %j: kept is %s', async ([value, name, isKept]) => {
    const { keep } = setup()
    const text = 'Add {{ inputs.product }}'
    const { actions } = only(fill('{{ inputs.product }}'))
    const steps = { actions: [...actions, ...clicks(name).actions] }
    const kept = await keep({ text, values: [value] }, steps)
    expect(kept).toEqual(isKept ? steps : refused)
  })
})
