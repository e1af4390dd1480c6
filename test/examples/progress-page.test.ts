import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
// @ts-expect-error An example is plain JavaScript, for people to read and run.
import { createPages } from '../../examples/progress-page/serve.mjs'
import { chromiumPath } from '../support/browser.ts'
import { makeKey, withKeys } from '../support/keys.ts'
import { startService } from '../support/service.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { examples } from './run-example.ts'

const shown = [1, 2, 3].flatMap((n) => [`wait_${n} started`, `wait_${n} completed`])

/** A browser that starts on a busy machine. */
const LAUNCH_MS = 60_000

describe('the pages that show progress', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: await chromiumPath(),
      chromiumSandbox: false,
    })
  }, LAUNCH_MS)

  afterAll(() => browser.close())

  /** A page of the example, from an origin that the service knows. */
  async function openPage(
    path: string,
    { settings = {}, scopes = undefined as readonly string[] | undefined } = {},
  ) {
    const options: { service: string; key?: string } = { service: '' }
    const pages = createPages(options)
    pages.listen(0, '127.0.0.1')
    await once(pages, 'listening')
    const origin = `http://localhost:${(pages.address() as AddressInfo).port}`
    const service = await startService({ ALLOWED_ORIGINS: origin, ...settings })
    const line = await startTcpProxy(Number(new URL(service.url).port))
    options.service = `http://127.0.0.1:${line.port}`
    if (scopes !== undefined) options.key = (await makeKey(service, { scopes })).secret
    const page = await browser.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    await page.goto(origin + path)
    return {
      page,
      line,
      faults,
      done: () =>
        page.locator('#bar').evaluate((bar: { value: number; max: number }) => bar.value / bar.max),
      async [Symbol.asyncDispose]() {
        await page.close()
        pages.close()
        pages.closeAllConnections()
        await line[Symbol.asyncDispose]()
        await service[Symbol.asyncDispose]()
      },
    }
  }

  test.each([
    ['an EventSource', '/'],
    ['the client', '/client'],
  ])(
    'start a session and follow it to its end with %s, over a line that breaks',
    async (_, path) => {
      await using opened = await openPage(path)
      const { page, line } = opened
      await page.getByRole('button', { name: 'Start' }).click()
      await page.getByText('wait_1 completed').waitFor()
      line.cut()
      line.restore()

      await page.getByRole('status').getByText('completed', { exact: true }).waitFor()

      expect(await page.getByRole('listitem').allTextContents()).toEqual(shown)
      expect(await opened.done()).toBe(1)
      expect(await page.getByRole('button').isEnabled()).toBe(true)
      expect(opened.faults).toEqual([])
    },
  )

  test('need no key in the page where the service wants one', async () => {
    await using opened = await openPage('/', { settings: withKeys, scopes: ['read', 'run'] })
    await opened.page.getByRole('button', { name: 'Start' }).click()
    await opened.page.getByRole('status').getByText('completed', { exact: true }).waitFor()
    expect(await opened.page.getByRole('listitem').allTextContents()).toEqual(shown)
  })

  test('say why they cannot start', async () => {
    await using withoutKey = await openPage('/client', { settings: withKeys })
    await withoutKey.page.getByRole('button', { name: 'Start' }).click()
    await withoutKey.page.getByRole('status').getByText(/key/i).waitFor()
    await using ofServer = await openPage('/', { settings: withKeys })
    await ofServer.page.getByRole('button', { name: 'Start' }).click()
    await ofServer.page.getByRole('status').getByText(/key/i).waitFor()
  })

  test.each(['event-source.html', 'client.html'])('%s has under 60 lines', async (file) => {
    const text = await readFile(join(examples, 'progress-page', file), 'utf8')
    expect(text.trimEnd().split('\n').length).toBeLessThan(60)
  })
})
