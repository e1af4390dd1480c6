import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/json.ts'
import { placed } from '../../../src/modules/ai-loop/nodes.ts'
import { risksOf } from '../../../src/modules/ai-loop/risks.ts'
import type { BrowserAction } from '../../../src/modules/browser-actions/types.ts'
import { clicks, fills, isDone } from '../../support/ai-decisions.ts'
import { attemptOf, loopOver, type TestedLoop } from '../../support/ai-loop.ts'
import { startAiServer, whenAsked } from '../../support/ai-server.ts'
import {
  element,
  type React,
  type ScriptedPage,
  scriptedBrowser,
  text,
} from '../../support/scripted-browser.ts'

const checkout: ScriptedPage = {
  url: 'https://shop.test/cart',
  nodes: [element('e1', 'textbox', 'Card holder'), element('e2', 'button', 'Pay now')],
}

const react: React = (action, page, node) => {
  if (action.do === 'fill') {
    const nodes = page.nodes.map((each) =>
      each === node ? { ...each, value: action.text ?? '' } : each,
    )
    return { ...page, nodes }
  }
  return node?.name === 'Pay now' ? { ...page, nodes: [text('Paid')] } : undefined
}

const goal = 'Pay for the cart'
const browser = { requireApproval: ['pay'] }

function answered({ asked }: TestedLoop, decision: 'approve' | 'reject' = 'approve') {
  const command = JSON.parse(JSON.stringify(asked.at(-1)?.command ?? null)) as Json
  return { interactionId: 'int_1', attempt: 1, decision, command }
}

async function askedFor(more: { page?: ScriptedPage } = {}) {
  const ai = await startAiServer(fills('e1', 'Ada'), clicks('e2', 'The cart is to be paid.'))
  const loop = loopOver(ai)
  const page = scriptedBrowser(more.page ?? checkout, react)
  const pursuit = await loop.pursue(attemptOf({ browser }), page, { goal })
  const close = async () => {
    await loop[Symbol.asyncDispose]()
    await ai[Symbol.asyncDispose]()
  }
  return { ai, loop, page, pursuit, [Symbol.asyncDispose]: close }
}

test('what needs approval is asked for, with what and why, and not done', async () => {
  await using first = await askedFor()
  expect(first.pursuit).toMatchObject({ status: 'waiting', awaits: { kind: 'interaction' } })
  expect(first.loop.asked[0]).toMatchObject({
    kind: 'approval',
    resumes: true,
    prompt: expect.stringMatching(
      /click button "Pay now" \(pay\)[\s\S]*The cart is to be paid\.[\s\S]*Pay for the cart/,
    ),
    command: { action: { do: 'click' }, element: { role: 'button', name: 'Pay now' } },
  })
  expect(first.page.performed.map(({ action }) => action.do)).toEqual(['fill'])
})

test('what was approved is done without asking anybody, where the page is as it was', async () => {
  await using first = await askedFor()
  first.ai.script(whenAsked('click button "Pay now"', isDone('Paid')))
  const context = attemptOf({ browser, answered: answered(first.loop) })
  const pursuit = await first.loop.pursue(context, first.page, { goal })
  expect(pursuit).toMatchObject({ status: 'done', actions: 2 })
  expect(first.page.performed.map(({ action }) => action.do)).toEqual(['fill', 'click'])
  expect(first.loop.asked.length).toBe(1)
})

test('refs may be others by then', async () => {
  await using first = await askedFor()
  first.ai.script(isDone('Paid'))
  const nodes = first.page.page.nodes.map((each) => ({ ...each, ref: `f${each.ref}` }))
  first.page.page = { ...first.page.page, nodes }
  const context = attemptOf({ browser, answered: answered(first.loop) })
  expect(await first.loop.pursue(context, first.page, { goal })).toMatchObject({ status: 'done' })
})

test('where the page was loaded anew the model makes good what is lost, and need not ask again', async () => {
  await using first = await askedFor()
  first.ai.script(
    whenAsked('A person has approved: click button "Pay now"', fills('e1', 'Ada')),
    clicks('e2'),
    isDone('Paid'),
  )
  const anew = scriptedBrowser(checkout, react)
  const context = attemptOf({ browser, answered: answered(first.loop) })
  expect(await first.loop.pursue(context, anew, { goal })).toMatchObject({ status: 'done' })
  expect(anew.performed.map(({ action }) => action.do)).toEqual(['fill', 'click'])
  expect(first.loop.asked.length).toBe(1)
})

test('a lost page is opened again, and another action is asked for again', async () => {
  await using first = await askedFor()
  const other = element('e3', 'button', 'Pay by invoice')
  first.ai.script(clicks('e3'))
  const anew = scriptedBrowser({ url: 'about:blank', nodes: [] }, (action) =>
    action.do === 'open' ? { ...checkout, nodes: [...checkout.nodes, other] } : undefined,
  )
  const context = attemptOf({ browser, answered: answered(first.loop) })
  expect(await first.loop.pursue(context, anew, { goal })).toMatchObject({ status: 'waiting' })
  expect(anew.performed).toEqual([{ action: { do: 'open', url: checkout.url }, source: 'step' }])
  expect(first.loop.asked.length).toBe(2)
})

test('an approval holds for one action, and for its own goal', async () => {
  await using first = await askedFor()
  first.ai.script(clicks('e2'))
  const stays: React = () => undefined
  const page = scriptedBrowser(first.page.page, stays)
  const context = attemptOf({ browser, answered: answered(first.loop) })
  expect(await first.loop.pursue(context, page, { goal })).toMatchObject({ status: 'waiting' })
  expect(page.performed.length).toBe(1)
  first.ai.script(clicks('e2'))
  const another = scriptedBrowser(first.page.page, react)
  expect(
    await first.loop.pursue(context, another, { goal: 'Pay for something else' }),
  ).toMatchObject({ status: 'waiting' })
  expect(another.performed).toEqual([])
})

describe('the risks of an action', () => {
  const form = element('e0', 'generic', '', {
    children: [
      element('e1', 'textbox', 'Query'),
      element('e2', 'button', 'Go!'),
      element('e3', 'button', 'Place order'),
      element('e4', 'link', 'Delete account'),
      element('e5', 'link', 'Export as CSV'),
      element('e6', 'link', 'About us'),
    ],
  })
  const far = element('e7', 'button', 'Show more')
  const list = element('e8', 'list', '', { children: [far] })
  const page = [
    element('e9', 'main', '', { children: [form] }),
    element('e10', 'aside', '', { children: [list] }),
  ]
  const at = (ref: string) => [...placed(page)].find(({ node }) => node.ref === ref)
  const risks = (action: BrowserAction, ref?: string, url = 'https://a.test/x') =>
    [...risksOf(action, ref === undefined ? undefined : at(ref), { url, nodes: page })].sort()
  const click = { do: 'click', target: 'x' } as const

  test.each([
    ['a button among fields', click, 'e2', ['submit']],
    ['a button that pays', click, 'e3', ['pay', 'submit']],
    ['a link that deletes', click, 'e4', ['delete']],
    ['a link that exports', click, 'e5', ['download']],
    ['an ordinary link', click, 'e6', []],
    ['a button by itself', click, 'e7', []],
    ['Enter in a field', { do: 'press', key: 'Enter' }, 'e1', ['submit']],
    ['Delete in a field', { do: 'press', key: 'Delete' }, 'e1', []],
    ['Delete elsewhere', { do: 'press', key: 'Delete' }, undefined, ['delete']],
    ['a fill that submits', { do: 'fill', text: 'x', submit: true }, 'e1', ['submit']],
    ['a fill', { do: 'fill', text: 'x' }, 'e1', []],
    ['a download', { do: 'download', target: 'x' }, 'e6', ['download']],
  ] as const)('%s', (_, action, ref, expected) => {
    expect(risks(action, ref)).toEqual(expected)
  })

  test('a form is sent by paying where the page says so', () => {
    expect(risks(click, 'e2', 'https://a.test/checkout/step-2')).toEqual(['pay', 'submit'])
  })
})
