import { describe, expect, onTestFinished, test } from 'vitest'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { chromiumPath, notesOf, testBrowsers } from '../../support/browser.ts'
import { startServer } from '../../support/local-server.ts'

/** A site that keeps who is signed in in a cookie, and two processes on one store. */
async function setUp() {
  const site = await startServer(({ path, headers }, response) => {
    if (path === '/sign-in') response.setHeader('set-cookie', 'user=ada; HttpOnly')
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(`<p id="user">${headers.cookie ?? 'nobody'}</p>`)
  })
  await chromiumPath()
  const store = createMemoryStore()
  const one = await testBrowsers({ store })
  const two = await testBrowsers({ store })
  onTestFinished(async () => {
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await store.close()
  })
  const saved = () => store.document('default', 'browserState', 'ses_1')
  return { site, one, two, saved }
}

describe('a context that was saved', () => {
  test('is built anew elsewhere, with cookies, storage and tabs', async () => {
    const { site, one, two } = await setUp()
    const session = await one.open()
    const page = await session.page()
    await page.goto(`${site.url}/sign-in`)
    await page.evaluate(`localStorage.setItem('cart', '3')`)
    const second = await session.context.newPage()
    await second.goto(`${site.url}/second`)
    await session.switchTo(page)
    await session.save()

    const restored = await two.open()
    const notes = notesOf(restored)
    expect(restored.origin).toBe('restored')
    expect(restored.tabs.map((tab) => tab.url())).toEqual([
      `${site.url}/sign-in`,
      `${site.url}/second`,
    ])
    const current = await restored.page()
    expect(current.url()).toBe(`${site.url}/sign-in`)
    expect(await current.evaluate(`localStorage.getItem('cart')`)).toBe('3')
    expect(await restored.tabs[1]?.locator('#user').textContent()).toBe('user=ada')
    expect(notes).toEqual([])
  })

  test('takes the place of an older one that another process has kept', async () => {
    const { site, one, two } = await setUp()
    const first = await one.open()
    await (await first.page()).goto(`${site.url}/first`)
    await first.save()
    first.release()
    const second = await two.open()
    await (await second.page()).goto(`${site.url}/second`)
    await second.save()
    second.release()
    const third = await one.open()
    expect(third.origin).toBe('restored')
    expect((await third.page()).url()).toBe(`${site.url}/second`)
  })

  test('is not overwritten by one that is out of date', async () => {
    const { site, one, two, saved } = await setUp()
    const first = await one.open()
    await first.save()
    const second = await two.open()
    await (await second.page()).goto(`${site.url}/second`)
    await second.save()
    const { body } = (await saved()) ?? {}
    await first.save()
    expect((await saved())?.body).toBe(body)
  })

  test('is removed with the end of its session, and what comes late does not bring it back', async () => {
    const { one, two, saved } = await setUp()
    const here = await one.open()
    await here.save()
    const there = await two.open()
    await there.save()
    expect(await saved()).toMatchObject({ sessionId: 'ses_1', expiresAt: null })
    one.browsers.ended({ tenant: 'default', id: 'ses_1' })
    await one.browsers.close()
    expect(await saved()).toBeUndefined()
    await here.save()
    there.release()
    await two.browsers.close()
    expect(await saved()).toBeUndefined()
  })

  test('is kept at the end of the process', async () => {
    const { site, one, two } = await setUp()
    const session = await one.open()
    await (await session.page()).goto(`${site.url}/sign-in`)
    session.release()
    await one.browsers.close()
    const next = await two.open()
    expect(next.origin).toBe('restored')
    expect((await next.page()).url()).toBe(`${site.url}/sign-in`)
  })

  test('of more than a mebibyte is not kept, which is told', async () => {
    const { site, one, saved } = await setUp()
    const session = await one.open()
    await session.save()
    const notes = notesOf(session)
    const page = await session.page()
    await page.goto(site.url)
    await page.evaluate(`localStorage.setItem('big', 'x'.repeat(1100 * 1024))`)
    await session.save()
    expect(notes.at(-1)).toEqual({
      kind: 'notSaved',
      message: expect.stringMatching(/^Cookies and storage are 11\d\d KiB, and 1024 KiB are kept/),
    })
    expect(await saved()).toBeUndefined()
    await page.evaluate('localStorage.clear()')
    await session.save()
    expect(await saved()).toBeDefined()
  })
})
