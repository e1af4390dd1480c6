import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { json, start, until } from '../support/sessions.ts'
import { barriers, builtDashboard, expectFits, openBrowser, visit } from './support/dashboard.ts'

let browser: Browser
let service: Service
/** Each page, with what is on it once it is there. */
let pages: readonly (readonly [path: string, shows: string])[]

beforeAll(async () => {
  browser = await openBrowser()
  service = await startService({ COMMANDS: 'sh,false' }, await builtDashboard())
  const put = (body: unknown) =>
    fetch(`${service.url}/v1/workflows/report`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await put({ inputs: { who: { type: 'string' } }, steps: ['Wait 1 ms'] })
  await put({ inputs: { who: { type: 'string' } }, steps: ['Wait 1 ms', 'Wait 2 ms'] })
  const schedule = await json(
    service.post('/v1/schedules', { cron: '0 6 1 1 *', name: 'yearly', workflow: ['Wait 1 ms'] }),
  )
  const batch = await json(
    service.post('/v1/batches', { name: 'many', workflow: ['Wait 1 ms'], inputs: [{}, {}] }),
  )
  const failing = { uses: 'command', with: { run: ['sh', '-c', 'echo broken >&2; exit 3'] } }
  const id = await start(service, {
    name: 'release',
    labels: { env: 'test' },
    vars: { size: { type: 'integer', default: 1 } },
    onFailure: 'escalate',
    steps: [
      { id: 'build', uses: 'wait', with: { for: '1ms' }, set: { size: '2' } },
      { id: 'bad', ...failing },
      { id: 'ask', dependsOn: ['build'], uses: 'approval', with: { prompt: 'Shall it?' } },
    ],
  })
  await until(service, id, 'session.waiting')
  await service.post('/v1/interactions/claim', { queue: 'device-7', workerId: 'bench-7' })
  pages = [
    ['/', 'release'],
    ['/sessions?status=waiting', 'release'],
    [`/sessions/${id}`, '1 of 3 steps'],
    [`/sessions/${id}?step=bad`, 'sh exited with code 3'],
    [`/sessions/${id}?step=ask`, 'Shall it?'],
    [`/sessions/${id}?view=steps`, '2 waiting'],
    [`/sessions/${id}?view=timeline`, 'until the next try'],
    [`/sessions/${id}?view=log`, 'interaction.created'],
    [`/sessions/${id}?view=variables`, 'set at'],
    [`/sessions/${id}?atSeq=2`, 'Now'],
    ['/new', 'What would run is drawn here'],
    ['/new?workflow=report', 'Start report'],
    ['/new?view=design', 'Nothing runs yet'],
    ['/inbox', 'Shall it?'],
    ['/inbox?kind=answered', 'Nothing was answered yet'],
    ['/workflows', 'report'],
    ['/workflows/report', 'Wait 2 ms'],
    ['/workflows/report?against=1', 'Wait 2 ms'],
    ['/workflows/report/edit', 'The workflow'],
    ['/schedules', 'yearly'],
    [`/schedules/${schedule['scheduleId']}`, 'Next runs'],
    ['/batches', 'many'],
    [`/batches/${batch['batchId']}`, '2 of 2 started'],
    ['/reports', 'Where the time goes'],
    ['/reports?since=24h&workflow=report', 'No sessions in this time'],
    ['/workers', 'bench-7'],
    ['/executors', 'webhook'],
    ['/health', 'dispatcher'],
    ['/sign-in', 'With a key of this service'],
    ['/sessions/ses_00000000000000000000000000', 'Session not found'],
    ['/workflows/a/b/c', 'There is nothing at this address'],
  ]
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

test('each page shows what there is, loads nothing that its policy keeps out, and has no barrier', async () => {
  await using visitor = await visit(browser, service.url)
  const { page, complaints } = visitor
  for (const [path, shows] of pages) {
    await page.goto(service.url + path)
    await page.locator('main').getByText(shows).first().waitFor()
    expect([path, await barriers(page)]).toEqual([path, []])
    expect([path, complaints]).toEqual([path, []])
  }
}, 120_000)

test('each page is as good in the dark, on a narrow screen', async () => {
  await using visitor = await visit(browser, service.url, { width: 380, scheme: 'dark' })
  const { page, complaints } = visitor
  for (const [path, shows] of pages) {
    await page.goto(service.url + path)
    await page.locator('main').getByText(shows).first().waitFor()
    await expectFits(page)
    expect([path, await barriers(page)]).toEqual([path, []])
  }
  expect(complaints).toEqual([])
}, 120_000)

test('everything is reached by key', async () => {
  await using visitor = await visit(browser, `${service.url}/sessions`)
  const { page } = visitor
  await page.getByText('release').first().waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('content')
  const session = page.getByRole('link', { name: 'release' })
  for (let presses = 0; !(await session.evaluate((link) => link.matches(':focus'))); presses++) {
    expect(presses).toBeLessThan(60)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Graph' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tab', { name: 'Timeline', selected: true }).waitFor()
  await page.waitForURL(/view=timeline/)
})

test('the menu of a narrow screen opens and closes', async () => {
  await using visitor = await visit(browser, service.url, { width: 380 })
  const { page } = visitor
  const health = page.getByRole('link', { name: 'Health' })
  await page.getByRole('button', { name: 'Pages' }).click()
  await health.waitFor()
  await page.keyboard.press('Escape')
  await health.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Pages' }).click()
  await health.click()
  await page.waitForURL(/health/)
  await health.waitFor({ state: 'hidden' })
})

test('light and dark are chosen, and kept', async () => {
  await using visitor = await visit(browser, service.url, { scheme: 'light' })
  const { page } = visitor
  const theme = () => page.evaluate('document.documentElement.dataset.theme')
  const button = page.getByRole('button', { name: /^Colours/ })
  await button.click()
  expect(await theme()).toBe('light')
  await button.click()
  expect(await theme()).toBe('dark')
  await page.reload()
  await button.waitFor()
  expect(await theme()).toBe('dark')
  await button.click()
  expect(await theme()).toBeUndefined()
})
