import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { BrowserOptions } from '../../../src/modules/browser/types.ts'
import { notesOf, testBrowsers } from '../../support/browser.ts'
import { startServer } from '../../support/local-server.ts'

const html = (response: ServerResponse, body: string, status = 200) =>
  response.writeHead(status, { 'content-type': 'text/html' }).end(body)

/** A site whose pages are these, by path; a session on it, and what it is told. */
async function setUp(pages: Readonly<Record<string, string>> = {}, options: BrowserOptions = {}) {
  const site = await startServer(({ path }, response) => {
    if (path === '/file') {
      response.writeHead(200, { 'content-disposition': 'attachment; filename="a b.txt"' })
      response.end('content')
    } else if (path === '/moved') {
      response.writeHead(302, { location: '/' }).end()
    } else html(response, pages[path] ?? '<p>Hello', path === '/missing' ? 404 : 200)
  })
  const all = await testBrowsers()
  onTestFinished(async () => {
    await all[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
  })
  const session = await all.open('ses_1', options)
  return { ...all, session, page: await session.page(), notes: notesOf(session), site }
}

describe('dialogs', () => {
  test.each([
    ['alert("Hi")', 'alert', 'Hi', true, undefined],
    ['confirm("Sure?")', 'confirm', 'Sure?', false, false],
    ['prompt("Name?")', 'prompt', 'Name?', false, null],
  ])('%s is answered at once and told', async (script, type, message, accepted, value) => {
    const { page, notes } = await setUp()
    expect(await page.evaluate(script)).toEqual(value)
    expect(notes).toEqual([{ kind: 'dialog', type, message, accepted }])
  })

  test('the next one is answered as a step says, and the one after it not', async () => {
    const { session, page, notes } = await setUp()
    session.answerNextDialog({ accept: true, text: 'Ada' })
    expect(await page.evaluate('[prompt("Name?"), prompt("Again?")]')).toEqual(['Ada', null])
    session.answerNextDialog({ accept: false })
    expect(await page.evaluate('confirm("Sure?")')).toBe(false)
    expect(notes).toMatchObject([{ accepted: true }, { accepted: false }, { accepted: false }])
  })

  test('a page that asks whether to leave is left', async () => {
    const { page, notes, site } = await setUp({
      '/form':
        '<button>x</button><script>onbeforeunload = (event) => event.preventDefault()</script>',
    })
    await page.goto(`${site.url}/form`)
    await page.getByRole('button').click()
    await page.goto(`${site.url}/next`)
    expect(page.url()).toBe(`${site.url}/next`)
    expect(notes).toContainEqual(
      expect.objectContaining({ kind: 'dialog', type: 'beforeunload', accepted: true }),
    )
  })
})

describe('navigations', () => {
  test('are told with the status of the page, after redirects', async () => {
    const { page, notes, site } = await setUp({ '/frame': '<iframe src="/inner"></iframe>' })
    for (const path of ['/moved', '/missing', '/frame']) await page.goto(site.url + path)
    await page.evaluate('history.pushState({}, "", "/pushed")')
    await page.goto('about:blank')
    expect(notes).toEqual([
      { kind: 'navigated', url: `${site.url}/`, status: 200 },
      { kind: 'navigated', url: `${site.url}/missing`, status: 404 },
      { kind: 'navigated', url: `${site.url}/frame`, status: 200 },
      { kind: 'navigated', url: `${site.url}/pushed` },
    ])
  })

  test('are told no more to who has stopped listening, or has released the session', async () => {
    const { session, page, site, open } = await setUp()
    const other = await open()
    const notes = notesOf(other)
    const stopped: unknown[] = []
    session.onNote((note) => stopped.push(note))()
    await page.goto(site.url)
    other.release()
    await page.goto(`${site.url}/again`)
    expect(stopped).toEqual([])
    expect(notes).toHaveLength(1)
  })
})

describe('tabs', () => {
  test('the newest is acted on until another is chosen, or it is closed', async () => {
    const { session, page, notes, site } = await setUp({
      '/': '<a href="/popup" target="_blank">open</a>',
    })
    await page.goto(site.url)
    await page.getByRole('link').click()
    await expect.poll(() => session.tabs.length).toBe(2)
    const popup = await session.page()
    await popup.waitForURL(`${site.url}/popup`)
    await session.switchTo(page)
    expect(await session.page()).toBe(page)
    await session.switchTo(popup)
    await popup.close()
    expect(await session.page()).toBe(page)
    expect(notes.filter(({ kind }) => kind.startsWith('tab'))).toMatchObject([
      { kind: 'tabOpened' },
      { kind: 'tabClosed', url: `${site.url}/popup` },
    ])
  })

  test('where all are closed there is a blank one, of which nobody is told', async () => {
    const { session, page, notes } = await setUp()
    await page.close()
    expect(session.tabs).toEqual([])
    expect((await session.page()).url()).toBe('about:blank')
    expect(notes).toEqual([{ kind: 'tabClosed', url: 'about:blank' }])
  })
})

describe('a page', () => {
  test('that offers a file has it downloaded into the folder of the service', async () => {
    const { page, notes, site, tempDir } = await setUp({ '/': '<a href="/file">get</a>' })
    await page.goto(site.url)
    await page.getByRole('link').click()
    await expect.poll(() => notes.some(({ kind }) => kind === 'download')).toBe(true)
    const note = notes.find((each) => each.kind === 'download')
    const path = await note?.download.path()
    expect(path).toContain(tempDir)
    expect(await readFile(path ?? '', 'utf8')).toBe('content')
    expect(note?.download.suggestedFilename()).toBe('a b.txt')
  })

  test('gets no permission and no service worker', async () => {
    const { page, site } = await setUp()
    await page.goto(site.url)
    const geolocation = page.evaluate(
      'new Promise((resolve) => navigator.geolocation.getCurrentPosition(resolve, (fault) => resolve(fault.code)))',
    )
    expect(await geolocation).toBe(1)
    const registered = page.evaluate(
      'navigator.serviceWorker.register("/sw.js").then((found) => found?.active ?? "none", () => "none")',
    )
    expect(await registered).toBe('none')
    expect(site.received.map(({ path }) => path)).not.toContain('/sw.js')
  })
})

describe('a trace', () => {
  test('is a zip with what Playwright’s viewer shows', async () => {
    const { session, page, site } = await setUp()
    await session.startTrace()
    await page.goto(site.url)
    const trace = Buffer.from((await session.stopTrace(true)) ?? [])
    expect(trace.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
    // The names are in the zip's directory as they are.
    expect(trace.includes('.trace')).toBe(true)
    expect(trace.includes('.network')).toBe(true)
    expect(trace.includes('resources/')).toBe(true)
  })

  test('is thrown away unless it is to be kept, and another can begin', async () => {
    const { session, open } = await setUp()
    await session.startTrace()
    expect(await session.stopTrace(false)).toBeUndefined()
    await session.startTrace()
    const other = await open()
    await other.startTrace()
    expect(await other.stopTrace(true)).toBeUndefined()
    expect(await session.stopTrace(true)).toBeInstanceOf(Uint8Array)
  })
})

describe('a video', () => {
  test('of each page is handed over when its context closes, as webm that plays', async () => {
    const videos: { name: string; bytes: Uint8Array }[] = []
    const site = await startServer((_, response) =>
      html(
        response,
        '<h1 id="x"></h1><script>let i = 0; setInterval(() => { x.textContent = i++ }, 50)</script>',
      ),
    )
    const { browsers, open, ...all } = await testBrowsers()
    onTestFinished(async () => {
      await all[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    })
    const session = await browsers.open({
      tenant: 'default',
      sessionId: 'ses_1',
      options: { video: true, viewport: { width: 640, height: 400 } },
      signal: new AbortController().signal,
      keepVideo: async (video) => void videos.push(video),
    })
    const page = await session.page()
    await page.goto(site.url)
    const second = await session.context.newPage()
    await second.goto(site.url)
    await expect.poll(() => page.evaluate('i')).toBeGreaterThan(20)
    await second.close()
    await expect.poll(() => videos.length).toBe(1)
    await browsers.done({ tenant: 'default', id: 'ses_1' })
    expect(videos.map(({ name }) => name)).toEqual(['video-2.webm', 'video-1.webm'])

    const player = await (await open('ses_player')).page()
    for (const { bytes } of videos) {
      expect(Buffer.from(bytes).subarray(0, 4).toString('hex')).toBe('1a45dfa3')
      const source = `data:video/webm;base64,${Buffer.from(bytes).toString('base64')}`
      const played = await player.evaluate(`(async () => {
        const video = document.createElement('video')
        video.src = ${JSON.stringify(source)}
        await new Promise((resolve, reject) => {
          video.onloadeddata = resolve
          video.onerror = () => reject(new Error(video.error.message))
        })
        return [video.videoWidth, video.videoHeight]
      })()`)
      expect(played).toEqual([640, 400])
    }
  })
})
