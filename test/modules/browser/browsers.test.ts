import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chromiumPath, notesOf, type TestBrowsers, testBrowsers } from '../../support/browser.ts'
import { type LocalServer, startServer } from '../../support/local-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'

async function setUp(
  options: Parameters<typeof testBrowsers>[0] = {},
): Promise<TestBrowsers & { readonly site: LocalServer }> {
  const site = await startServer((request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      'set-cookie': `seen=${request.headers.cookie === undefined ? 'once' : 'again'}; Max-Age=3600`,
    })
    response.end(`<title>${request.path}</title><p>Hello`)
  })
  onTestFinished(() => site[Symbol.asyncDispose]())
  const all = await testBrowsers(options)
  onTestFinished(() => all[Symbol.asyncDispose]())
  return { ...all, site }
}

/** The folders of profiles of browsers that run. */
async function profiles(tempDir: string): Promise<string[]> {
  const folders = await readdir(tempDir, { recursive: true })
  return folders.filter((name) => /profile-\d+$/.test(name))
}

describe('browsers', () => {
  test('start nothing before one is opened', async () => {
    const { browsers, tempDir, processes } = await setUp()
    expect(browsers.missing).toBeUndefined()
    expect(browsers.count).toBe(0)
    expect(await readdir(tempDir)).toEqual([])
    expect(await processes()).toEqual([])
  })

  test('give each session a context of its own, in one process', async () => {
    const { open, site, browsers, tempDir } = await setUp()
    const [first, second] = await Promise.all([open('ses_1'), open('ses_2')])
    await (await first.page()).goto(site.url)
    expect(await first.context.cookies()).toMatchObject([{ name: 'seen' }])
    expect(await second.context.cookies()).toEqual([])
    expect([first.origin, second.origin]).toEqual(['new', 'new'])
    expect(browsers.count).toBe(2)
    expect(await profiles(tempDir)).toHaveLength(1)
  })

  test('keep a context for the next step of its session', async () => {
    const { open, site } = await setUp()
    const step = await open()
    await (await step.page()).goto(`${site.url}/cart`)
    await step.save()
    step.release()
    const next = await open()
    expect(next.origin).toBe('kept')
    expect((await next.page()).url()).toBe(`${site.url}/cart`)
  })

  test('are as the workflow wants them', async () => {
    const { open } = await setUp()
    const { page } = await open('ses_1', {
      viewport: { width: 500, height: 400 },
      locale: 'de-DE',
      timezone: 'Asia/Tokyo',
    })
    const seen = await (await page()).evaluate(
      '[innerWidth, innerHeight, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]',
    )
    expect(seen).toEqual([500, 400, 'de-DE', 'Asia/Tokyo'])
  })

  test('let a session in when another has gone, in order', async () => {
    const { browsers, open } = await setUp({ maxContexts: 1 })
    const order: string[] = []
    const enter = (id: string) => open(id).then(() => order.push(id))
    await open('ses_1')
    const entering = [enter('ses_2'), enter('ses_3')]
    await browsers.done({ tenant: 'default', id: 'ses_1' })
    await entering[0]
    expect(order).toEqual(['ses_2'])
    await browsers.done({ tenant: 'default', id: 'ses_2' })
    await entering[1]
    expect(order).toEqual(['ses_2', 'ses_3'])
    expect(browsers.count).toBe(1)
  })

  test('do not keep a place for who has stopped waiting', async () => {
    const { browsers, open } = await setUp({ maxContexts: 1 })
    const stopping = new AbortController()
    await open('ses_1')
    const stopped = open('ses_2', {}, stopping.signal)
    const third = open('ses_3')
    stopping.abort(new Error('cancelled'))
    await expect(stopped).rejects.toThrow('cancelled')
    await browsers.done({ tenant: 'default', id: 'ses_1' })
    expect((await third).origin).toBe('new')
    expect(browsers.count).toBe(1)
  })

  test('put away a context that nobody uses when another session needs its place', async () => {
    const { browsers, open, site } = await setUp({ maxContexts: 1 })
    const step = await open('ses_1')
    await (await step.page()).goto(`${site.url}/form`)
    step.release()
    const other = await open('ses_2')
    expect(browsers.count).toBe(1)
    other.release()
    const next = await open('ses_1')
    expect(next.origin).toBe('restored')
    expect((await next.page()).url()).toBe(`${site.url}/form`)
  })

  test('put away idle contexts, and the process after them', async () => {
    const clock = new ManualClock()
    const { browsers, open, processes } = await setUp({ clock, idleMs: 1000 })
    const step = await open()
    step.release()
    clock.advance(999)
    expect(browsers.count).toBe(1)
    clock.advance(1)
    await expect.poll(() => browsers.count).toBe(0)
    expect(await processes()).not.toEqual([])
    clock.advance(1000)
    await expect.poll(processes).toEqual([])
    expect((await open()).origin).toBe('restored')
  })

  test('do not put away what is in use', async () => {
    const clock = new ManualClock()
    const { browsers, open } = await setUp({ clock, idleMs: 1000 })
    const step = await open()
    const other = await open()
    step.release()
    clock.advance(5000)
    expect(browsers.count).toBe(1)
    other.release()
    other.release()
    clock.advance(1000)
    await expect.poll(() => browsers.count).toBe(0)
  })

  test('leave no context, folder or process behind over many sessions', async () => {
    const { browsers, open, processes, tempDir } = await setUp({ maxContexts: 8 })
    const idle = await open('ses_first')
    const before = (await processes()).length
    await Promise.all(
      Array.from({ length: 200 }, async (_, place) => {
        const id = `ses_${place}`
        const session = await open(id)
        await (await session.page()).setContent('<p>Hello')
        session.release()
        await browsers.done({ tenant: 'default', id })
      }),
    )
    expect(browsers.count).toBe(1)
    expect(idle.context.browser()?.contexts()).toHaveLength(2)
    await expect.poll(async () => (await processes()).length).toBeLessThanOrEqual(before)
    expect(await profiles(tempDir)).toHaveLength(1)
    await browsers.close()
    expect(await processes()).toEqual([])
    expect(await readdir(tempDir)).toEqual([])
  }, 300_000)

  test('end a session whose page is stuck in a script', async () => {
    const { browsers, open, site } = await setUp()
    const page = await (await open()).page()
    await page.goto(site.url)
    const stuck = page.evaluate('for (;;) {}').catch(() => {})
    await browsers.done({ tenant: 'default', id: 'ses_1' })
    await stuck
    expect(browsers.count).toBe(0)
  })

  test('end with the process that started them, however it ends', async () => {
    const { tempDir, processes } = await setUp()
    const owner = spawn(process.execPath, [
      join(import.meta.dirname, 'browser-owner.ts'),
      await chromiumPath(),
      tempDir,
    ])
    onTestFinished(() => void owner.kill('SIGKILL'))
    await once(owner.stdout, 'data')
    expect(await processes()).not.toEqual([])
    owner.kill('SIGKILL')
    await expect.poll(processes).toEqual([])
  })

  test('leave nothing behind when they close while one is being opened', async () => {
    const { browsers, open, processes, tempDir } = await setUp({ maxContexts: 1 })
    const opening = open('ses_1').catch(() => undefined)
    const waiting = open('ses_2')
    const refused = expect(waiting).rejects.toMatchObject({ code: 'BROWSER_UNAVAILABLE' })
    await browsers.close()
    await refused
    await opening
    expect(browsers.count).toBe(0)
    expect(await processes()).toEqual([])
    expect(await readdir(tempDir)).toEqual([])
  })

  test('do not let who has stopped wait for a start', async () => {
    const { browsers, open } = await setUp()
    const stopping = new AbortController()
    const stopped = open('ses_1', {}, stopping.signal)
    stopping.abort(new Error('cancelled'))
    await expect(stopped).rejects.toThrow('cancelled')
    await browsers.done({ tenant: 'default', id: 'ses_1' })
    expect(browsers.count).toBe(0)
  })

  test('refuse to open once closed', async () => {
    const { browsers, open } = await setUp()
    await browsers.close()
    await expect(open()).rejects.toMatchObject({ code: 'BROWSER_UNAVAILABLE' })
  })

  test('say what Chromium said when it does not start', async () => {
    const { open } = await setUp({ configured: join(import.meta.dirname, 'no-browser.sh') })
    await expect(open()).rejects.toMatchObject({
      code: 'BROWSER_UNAVAILABLE',
      message: expect.stringContaining('libexample.so'),
    })
  })
})

describe('a browser that is lost', () => {
  test('fails who uses it, and the next step gets another', async () => {
    const { browsers, open, mainProcess, processes, site } = await setUp()
    const step = await open()
    await (await step.page()).goto(`${site.url}/cart`)
    await step.save()
    const notes = notesOf(step)
    process.kill(await mainProcess(), 'SIGKILL')
    await expect.poll(() => step.lost.aborted).toBe(true)
    expect(step.lost.reason).toMatchObject({ code: 'BROWSER_LOST' })
    expect(notes).toContainEqual({ kind: 'crashed', message: 'The browser is gone' })
    await expect(step.page()).rejects.toMatchObject({ code: 'BROWSER_LOST' })
    await expect(step.save()).rejects.toMatchObject({ code: 'BROWSER_LOST' })
    step.release()
    await expect.poll(() => browsers.count).toBe(0)
    const next = await open()
    expect(next.origin).toBe('restored')
    expect((await next.page()).url()).toBe(`${site.url}/cart`)
    expect(await processes()).not.toEqual([])
  })

  test('is started again once for all who ask', async () => {
    const { open, mainProcess, tempDir } = await setUp()
    const step = await open()
    process.kill(await mainProcess(), 'SIGKILL')
    await expect.poll(() => step.lost.aborted).toBe(true)
    const sessions = await Promise.all(['ses_2', 'ses_3', 'ses_4'].map((id) => open(id)))
    expect(new Set(sessions.map(({ context }) => context.browser())).size).toBe(1)
    await expect.poll(() => profiles(tempDir)).toHaveLength(1)
  })

  test('a page that crashes is closed, and the attempt fails; the session goes on', async () => {
    const { open, site } = await setUp()
    const step = await open()
    const notes = notesOf(step)
    const page = await step.page()
    await page.goto(site.url)
    const cdp = await step.context.newCDPSession(page)
    const crash = cdp.send('Page.crash').catch(() => {})
    await expect.poll(() => step.lost.aborted).toBe(true)
    expect(step.lost.reason).toMatchObject({ code: 'BROWSER_LOST' })
    expect(notes).toContainEqual({
      kind: 'crashed',
      message: `The page at ${site.url}/ crashed`,
    })
    await expect.poll(() => step.tabs).toEqual([])
    await crash
    step.release()
    const next = await open()
    expect(next.lost.aborted).toBe(false)
    expect((await next.page()).url()).toBe('about:blank')
    await (await next.page()).goto(site.url)
  })
})
