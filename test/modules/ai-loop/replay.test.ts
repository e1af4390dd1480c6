import { expect, test } from 'vitest'
import type { ObservedNode } from '../../../src/modules/page/types.ts'
import { clicks, clicksNamed, fills, isDone } from '../../support/ai-decisions.ts'
import { attemptOf, loopOver } from '../../support/ai-loop.ts'
import { startAiServer, whenAsked } from '../../support/ai-server.ts'
import type { RecordedContext } from '../../support/executor-context.ts'
import { memoryStepCache } from '../../support/memory-step-cache.ts'
import {
  element,
  type React,
  type ScriptedPage,
  scriptedBrowser,
  text,
} from '../../support/scripted-browser.ts'

const origin = 'https://shop.test'

/** A shop whose refs are others each time that it is loaded. */
function search(load: number, button = 'Search'): ScriptedPage {
  return {
    url: `${origin}/shops/${load}`,
    nodes: [element(`e${load}1`, 'textbox', 'What'), element(`e${load}2`, 'button', button)],
  }
}

const react: React = (action, page, node) => {
  if (action.do === 'fill') {
    const nodes = page.nodes.map(
      (each): ObservedNode => (each === node ? { ...each, value: action.text ?? '' } : each),
    )
    return { ...page, nodes }
  }
  if (action.do !== 'click') return undefined
  const what = page.nodes[0]?.value
  return { url: `${origin}/found`, nodes: [text(`Results for ${what}`)] }
}

const goal = 'Search for the book named in "title"'

const cacheEvents = ({ observed }: RecordedContext) =>
  observed.flatMap((event) => (event.type === 'browser.cache' ? [event.data.result] : []))

test('the same goal on such a page is reached again without a model, also with other values', async () => {
  await using ai = await startAiServer(
    fills('e11', 'Emma'),
    clicks('e12'),
    isDone('Results for Emma'),
  )
  const cache = memoryStepCache()
  await using loop = loopOver(ai, { cache })
  const first = attemptOf()
  const values = { title: 'Emma' }
  await loop.pursue(first, scriptedBrowser(search(1), react), { goal, values })
  expect(cacheEvents(first)).toEqual(['miss', 'stored'])
  expect(JSON.stringify([...cache.kept])).not.toContain('Emma')

  const second = attemptOf()
  const browser = scriptedBrowser(search(2), react)
  const pursuit = await loop.pursue(second, browser, { goal, values: { title: 'Ulysses' } })
  expect(pursuit).toEqual({ status: 'done', summary: 'It is done.', actions: 2, isReplay: true })
  expect(browser.performed.map(({ source }) => source)).toEqual(['cache', 'cache'])
  expect(browser.performed[0]?.action).toMatchObject({ do: 'fill', text: 'Ulysses' })
  expect(cacheEvents(second)).toEqual(['hit'])
  expect(cache.told).toEqual(['put', 'worked'])
  expect(ai.requests.filter(({ path }) => path.endsWith('completions')).length).toBe(3)
})

test('where one element has another name, the model finds that one alone', async () => {
  await using ai = await startAiServer(
    fills('e11', 'Emma'),
    clicks('e12'),
    isDone('Results for Emma'),
    whenAsked('Do this one thing now, and nothing else: click button "Search"', clicks('e22')),
  )
  const cache = memoryStepCache()
  await using loop = loopOver(ai, { cache })
  const values = { title: 'Emma' }
  await loop.pursue(attemptOf(), scriptedBrowser(search(1), react), { goal, values })
  const healed = attemptOf()
  const browser = scriptedBrowser(search(2, 'Find'), react)
  const pursuit = await loop.pursue(healed, browser, { goal, values })
  expect(pursuit).toMatchObject({ status: 'done', isReplay: false })
  expect(browser.performed.map(({ source }) => source)).toEqual(['cache', 'cache', 'ai'])
  expect(cacheEvents(healed)).toEqual(['healed'])
  const third = attemptOf()
  await loop.pursue(third, scriptedBrowser(search(3, 'Find'), react), { goal, values })
  expect(cacheEvents(third)).toEqual(['hit'])
  expect(ai.asked.length).toBe(4)
})

test('what does not lead there any more is left to the model, and not kept from the middle', async () => {
  await using ai = await startAiServer(
    clicks('e12'),
    isDone('Results for'),
    clicksNamed('More'),
    isDone('All of them'),
    clicksNamed('More'),
    isDone('All of them'),
  )
  const cache = memoryStepCache()
  await using loop = loopOver(ai, { cache })
  await loop.pursue(attemptOf(), scriptedBrowser(search(1), react), { goal })
  const changed: React = (action, page, node) => {
    if (node?.name === 'More') return { url: `${origin}/all`, nodes: [text('All of them')] }
    return action.do === 'click'
      ? { url: `${origin}/none`, nodes: [text('Nothing yet'), element('e9', 'button', 'More')] }
      : page
  }
  for (const failures of [1, 2]) {
    const context = attemptOf()
    await loop.pursue(context, scriptedBrowser(search(2), changed), { goal })
    expect(cacheEvents(context)).toEqual(failures === 2 ? ['miss', 'evicted'] : ['miss'])
    expect(cache.told.filter((each) => each === 'failed').length).toBe(failures)
  }
  expect(cache.kept.size).toBe(0)
  expect(cache.told.filter((each) => each === 'put').length).toBe(1)
})

test('readOnly keeps nothing, off looks for nothing', async () => {
  const cache = memoryStepCache()
  for (const [mode, events] of [
    ['readOnly', ['miss']],
    ['off', []],
  ] as const) {
    await using ai = await startAiServer(clicks('e12'), isDone('Results'))
    await using loop = loopOver(ai, { cache })
    const context = attemptOf({ browser: { cache: mode } })
    await loop.pursue(context, scriptedBrowser(search(1), react), { goal })
    expect(cacheEvents(context)).toEqual(events)
  }
  expect(cache.told).toEqual([])
})

test('what is to be found out is asked anew each time', async () => {
  const output = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  await using ai = await startAiServer(
    clicks('e12'),
    isDone('Results', { output: { n: 1 } }),
    isDone('Results', { output: { n: 2 } }),
  )
  await using loop = loopOver(ai, { cache: memoryStepCache() })
  const found = []
  for (const load of [1, 2]) {
    found.push(
      await loop.pursue(attemptOf(), scriptedBrowser(search(load), react), { goal, output }),
    )
  }
  expect(found).toMatchObject([
    { output: { n: 1 }, actions: 1 },
    { output: { n: 2 }, actions: 1 },
  ])
})

test('the rules of now hold for what was kept', async () => {
  await using ai = await startAiServer(clicks('e12'), isDone('Results'), clicks('e22'))
  const cache = memoryStepCache()
  await using loop = loopOver(ai, { cache })
  await loop.pursue(attemptOf(), scriptedBrowser(search(1), react), { goal })
  const context = attemptOf({ browser: { requireApproval: ['submit'] } })
  const browser = scriptedBrowser(search(2), react)
  expect((await loop.pursue(context, browser, { goal })).status).toBe('waiting')
  expect(browser.performed).toEqual([])
  expect(cache.told).toEqual(['put'])
})
