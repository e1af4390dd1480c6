import type { Browser, CDPSession, Page } from 'playwright-core'

/** What a view is looked at for. All are expressions that run in the page. */
export interface ViewProbe {
  readonly name: string
  /** Its place in the address. */
  readonly query: string
  /** Whether its first rows are drawn. */
  readonly drawn: string
  /** Whether it shows all that it will: rows drawn, and totals right. */
  readonly complete: string
  /** Whether the page has read the whole log. */
  readonly read: string
  /** What moves it: the wheel over its rows, or dragging. */
  readonly moves: { readonly by: 'wheel' | 'drag'; readonly selector: string }
}

export interface Opening {
  /** ms since the navigation began. */
  readonly drawn: number
  readonly complete: number
  readonly read: number
  /** The longest task of the main thread until all was read, and the sum of what was beyond 50 ms, in ms. */
  readonly longestTask: number
  readonly blocked: number
  /** CPU seconds of the page's process until all was read. */
  readonly cpu: number
  /** After a collection, in MB. */
  readonly heap: number
}

export interface Moving {
  readonly framesPerSecond: number
  /** ms */
  readonly worstFrame: number
}

const MOVE_MS = 3000
const ALL_MS = 60_000

/** Opens a page anew, in a context of its own, and notes when it shows what. */
export async function openView(browser: Browser, url: string, probe: ViewProbe) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
  const page = await context.newPage()
  const { drawn, complete, read } = probe
  // The page's policy evaluates no text, so the tests stand in the script.
  await page.addInitScript(
    `(${install})({ drawn: () => ${drawn}, complete: () => ${complete}, read: () => ${read} })`,
  )
  const cdp = await context.newCDPSession(page)
  await cdp.send('Performance.enable')
  const cpuBefore = await rendererCpu(browser)
  await page.goto(`${url}${probe.query}`)
  const seen = await untilSeen(page)
  const cpuAfter = await rendererCpu(browser)
  const cpu = [...cpuAfter].reduce((sum, [id, time]) => sum + time - (cpuBefore.get(id) ?? 0), 0)
  await cdp.send('HeapProfiler.collectGarbage')
  const { JSHeapUsedSize: heap = Number.NaN } = await metricsOf(cdp)
  const opening: Opening = { ...seen, cpu, heap: heap / 1024 / 1024 }
  return {
    opening,
    move: () => moveView(page, probe),
    [Symbol.asyncDispose]: () => context.close(),
  }
}

async function untilSeen(page: Page): Promise<Omit<Opening, 'cpu' | 'heap'>> {
  const until = performance.now() + ALL_MS
  for (;;) {
    const seen = (await page.evaluate('window.probe')) as Omit<Opening, 'cpu' | 'heap'>
    if (seen.complete > 0 && seen.read > 0) return seen
    if (performance.now() > until) throw new Error(`the view did not come: ${JSON.stringify(seen)}`)
    await page.waitForTimeout(100)
  }
}

/** CPU seconds of all pages' processes by now; another page may get one that was kept ready. */
async function rendererCpu(browser: Browser): Promise<ReadonlyMap<number, number>> {
  const cdp = await browser.newBrowserCDPSession()
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  await cdp.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer')
  return new Map(renderers.map(({ id, cpuTime }) => [id, cpuTime]))
}

async function metricsOf(cdp: CDPSession): Promise<Readonly<Record<string, number>>> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}

/** Scrolls up and down, or drags to and fro, for some seconds, and counts the frames. */
async function moveView(page: Page, { moves }: ViewProbe): Promise<Moving> {
  const box = await page.locator(moves.selector).first().boundingBox()
  if (box === null) throw new Error(`there is no ${moves.selector} to move`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  if (moves.by === 'drag') await page.mouse.down()
  await page.evaluate(`(${countFrames})()`)
  const until = performance.now() + MOVE_MS
  for (let n = 0; performance.now() < until; n++) {
    const isBack = Math.floor(n / 60) % 2 === 0
    if (moves.by === 'wheel') await page.mouse.wheel(0, isBack ? -240 : 240)
    else await page.mouse.move(x + (isBack ? 1 : -1) * ((n % 60) - 30) * 6, y + (n % 40) - 20)
    await page.waitForTimeout(8)
  }
  if (moves.by === 'drag') await page.mouse.up()
  return (await page.evaluate('window.stopFrames()')) as Moving
}

/** Runs in the page, before anything of it does. */
const install = `(tests) => {
  const seen = { drawn: 0, complete: 0, read: 0, longestTask: 0, blocked: 0 }
  window.probe = seen
  const look = () => {
    for (const [name, test] of Object.entries(tests)) {
      if (seen[name] === 0 && test()) seen[name] = performance.now()
    }
    if (Object.keys(tests).some((name) => seen[name] === 0)) requestAnimationFrame(look)
    else observer.disconnect()
  }
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      seen.longestTask = Math.max(seen.longestTask, duration)
      seen.blocked += duration - 50
    }
  })
  observer.observe({ type: 'longtask', buffered: true })
  requestAnimationFrame(look)
}`

const countFrames = `() => {
  const began = performance.now()
  let [frames, last, worstFrame, isOver] = [0, began, 0, false]
  const onFrame = (now) => {
    if (isOver) return
    frames += 1
    worstFrame = Math.max(worstFrame, now - last)
    last = now
    requestAnimationFrame(onFrame)
  }
  requestAnimationFrame(onFrame)
  window.stopFrames = () => {
    isOver = true
    return { framesPerSecond: (1000 * frames) / (performance.now() - began), worstFrame }
  }
}`
