import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { startApp } from './support/app.ts'
import { findChromium, launch, pssBelow } from './support/chromium.ts'
import { print, quantile, range } from './support/report.ts'
import {
  type FormAction,
  formActions,
  goToCheckout,
  logIn,
  loginSentences,
  openShop,
  toCheckout,
} from './support/shop-flows.ts'
import { follow, post } from './support/stream.ts'

/**
 * What a sentence costs in a browser: a step in a page that is there already, a session that signs in, alone and ten at
 * once, how long a browser takes to be there and what its contexts weigh; each beside the same done by Playwright
 * itself, with the same Chromium on the same pages in the same run.
 */
const SESSIONS = 5
const ROUNDS = 20
const LAUNCHES = 6
const SIDE_BY_SIDE = 10
const FLOW_ROUNDS = 5
/** What was just opened goes on allocating for a moment. */
const SETTLE_MS = 2000

const kinds = ['fill', 'click', 'check', 'assert'] as const
type Samples = Record<FormAction['kind'], number[]>

await using chromium = await findChromium()
await using shop = await openShop()
await measureLaunch()
await measureMemory()
{
  await using service = await startService()
  await using browser = await launch(chromium.path)
  await measureSteps(service.url, browser)
  await measureFlows(service.url, browser)
}

async function measureLaunch(): Promise<void> {
  const launches: number[] = []
  for (let n = 0; n < LAUNCHES; n++) {
    const began = performance.now()
    const browser = await launch(chromium.path)
    launches.push(performance.now() - began)
    await browser.close()
  }
  const [first = Number.NaN, ...later] = launches
  await using service = await startService()
  const opens: number[] = []
  for (let n = 0; n < LAUNCHES; n++) {
    const { ended } = await runSession(service.url, [`Open ${shop.url}/login`])
    opens.push(ended)
  }
  const [cold = Number.NaN, ...warm] = opens
  print('a browser, ms: first, then median (least – most)')
  print(`  Playwright launches it       ${first.toFixed(0)}, then ${range(later)}`)
  print(`  a session that opens a page  ${cold.toFixed(0)}, then ${range(warm)}`)
}

async function measureMemory(): Promise<void> {
  print('contexts with one page each: PSS of all processes of the browser, MB')
  for (const [name, open] of [
    ['Playwright', openPlain],
    ['sessions', openSessions],
  ] as const) {
    await using contexts = await open()
    await contexts.add(1)
    await pause(SETTLE_MS)
    const one = pssBelow(process.pid)
    await contexts.add(SIDE_BY_SIDE - 1)
    await pause(SETTLE_MS)
    const all = pssBelow(process.pid)
    const each = (all - one) / (SIDE_BY_SIDE - 1)
    print(
      `  ${name.padEnd(12)}1: ${one.toFixed(0)}   ${SIDE_BY_SIDE}: ${all.toFixed(0)}   each more: ${each.toFixed(1)}`,
    )
  }
}

async function openPlain() {
  const browser = await launch(chromium.path)
  return {
    async add(count: number) {
      for (let n = 0; n < count; n++) {
        const page = await (await browser.newContext()).newPage()
        await page.goto(`${shop.url}/login`)
      }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** Sessions that have a page open and wait before they go on with it. */
async function openSessions() {
  const service = await startService()
  return {
    async add(count: number) {
      for (let n = 0; n < count; n++) {
        await runSession(
          service.url,
          [`Open ${shop.url}/login`, 'Wait 10 minutes', 'Check that "Email" is visible'],
          'step.waiting',
        )
      }
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}

/** In turns, so that whatever else the machine does is done to both. */
async function measureSteps(url: string, browser: Browser): Promise<void> {
  const ofSteps: Samples = { fill: [], click: [], check: [], assert: [] }
  const ofPlain: Samples = { fill: [], click: [], check: [], assert: [] }
  const actions = Array.from({ length: ROUNDS }, (_, round) => formActions(round)).flat()
  for (let n = -1; n < SESSIONS; n++) {
    const steps = await timeSteps(url, actions)
    const plain = await timePlain(browser, actions)
    if (n < 0) continue
    actions.forEach(({ kind }, index) => {
      ofSteps[kind].push(steps[index] ?? Number.NaN)
      ofPlain[kind].push(plain[index] ?? Number.NaN)
    })
  }
  print(`a step in a page that is there, ms (${SESSIONS * ROUNDS} of each)`)
  for (const kind of kinds) {
    print(`  ${kind.padEnd(8)}${spread(ofSteps[kind])}   in Playwright ${spread(ofPlain[kind])}`)
  }
}

/** From the end of one step to the end of the next: all that a step costs. */
async function timeSteps(url: string, actions: readonly FormAction[]): Promise<readonly number[]> {
  const before = toCheckout(shop.url)
  const sentences = [...before, ...actions.map(({ sentence }) => sentence)]
  const { completed } = await runSession(url, sentences)
  const ends = completed.slice(before.length - 1)
  return ends.slice(1).map((end, index) => end - (ends[index] ?? Number.NaN))
}

async function timePlain(
  browser: Browser,
  actions: readonly FormAction[],
): Promise<readonly number[]> {
  await using context = await browser.newContext()
  const page = await context.newPage()
  await goToCheckout(page, shop.url)
  const times: number[] = []
  for (const action of actions) times.push(await timed(() => action.perform(page)))
  return times
}

async function measureFlows(url: string, browser: Browser): Promise<void> {
  const session = async () => {
    await runSession(url, loginSentences(shop.url))
  }
  const plain = () => logIn(browser, shop.url)
  print('signing in, five steps in a new context')
  for (const count of [1, SIDE_BY_SIDE]) {
    const ofSessions = await timeFlows(session, count)
    const ofPlain = await timeFlows(plain, count)
    print(`  ${count} at once: ${ofSessions}   in Playwright ${ofPlain}`)
  }
}

async function timeFlows(flow: () => Promise<void>, count: number): Promise<string> {
  await Promise.all(Array.from({ length: count }, flow))
  const times: number[] = []
  const rounds = count === 1 ? FLOW_ROUNDS * SIDE_BY_SIDE : FLOW_ROUNDS
  const tookMs = await timed(async () => {
    for (let round = 0; round < rounds; round++) {
      times.push(...(await Promise.all(Array.from({ length: count }, () => timed(flow)))))
    }
  })
  return `${((1000 * rounds * count) / tookMs).toFixed(1)}/s, each ${spread(times)} ms`
}

async function startService() {
  const { app, ...service } = await startApp({
    CHROMIUM_PATH: chromium.path,
    MAX_BROWSERS: String(2 * SIDE_BY_SIDE),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { ...service, url: `http://127.0.0.1:${port}` }
}

interface Run {
  /** From the request to the last frame. */
  readonly ended: number
  /** When each step had completed, in their order. */
  readonly completed: readonly number[]
}

/** Runs a workflow of sentences to its end, or until an event of a type. @throws when it does not complete */
async function runSession(
  url: string,
  steps: readonly string[],
  until = 'session.completed',
): Promise<Run> {
  const asked = performance.now()
  const workflow = { steps, browser: { screenshots: 'never' } }
  const { sessionId } = await post<{ sessionId: string }>(
    `${url}/v1/sessions`,
    JSON.stringify(workflow),
  )
  const completed: number[] = []
  let last = ''
  let ended = Number.NaN
  const stop = new AbortController()
  await follow(
    `${url}/v1/sessions/${sessionId}/events`,
    ({ event = '', data }, at) => {
      if (event === 'step.completed') completed.push(at)
      if (event.startsWith('step.')) last = data
      if (event !== until) return
      ended = at
      stop.abort()
    },
    stop.signal,
  )
  if (Number.isNaN(ended)) throw new Error(`a session has not come to ${until}: ${last}`)
  return { ended: ended - asked, completed }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function spread(figures: readonly number[]): string {
  return `p50 ${quantile(figures, 0.5).toFixed(1)}  p99 ${quantile(figures, 0.99).toFixed(1)}`
}
