import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { json, start, until } from '../support/sessions.ts'
import { builtDashboard, openBrowser, visit } from './support/dashboard.ts'

let browser: Browser
let service: Service

/** Each an event; enough that the page does not read all of them at once. */
const LINES = 7000

beforeAll(async () => {
  const settings = { EXECUTORS_DIR: join(import.meta.dirname, '../support/fixtures/executors') }
  browser = await openBrowser()
  service = await startService(settings, await builtDashboard())
}, 30_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

const talk = { id: 'talk', uses: 'chatter', with: { lines: LINES, length: 20 } }
const go = { id: 'go', uses: 'signal', with: { name: 'go' } }

/** Somebody who looks at a session, and which pages of its log were asked for. */
async function open(id: string, query: string) {
  const visitor = await visit(browser, `${service.url}/sessions/${id}?${query}`)
  const asked: URLSearchParams[] = []
  visitor.page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname.endsWith('/events')) asked.push(searchParams)
  })
  return { ...visitor, asked }
}

const lastSeqOf = async (id: string) => {
  const { stream } = await json<{ stream: { next: number } }>(service.get(`/v1/sessions/${id}`))
  return stream.next - 1
}

test('a long log that grows is whole at once, and read where somebody looks', async () => {
  const id = await start(service, { timeout: '1h', steps: [talk, go] })
  await until(service, id, 'session.waiting')
  await using visitor = await open(id, 'view=log')
  const { page, asked, complaints } = visitor
  const lines = page.locator('.log-tools [role="status"]')
  const line = (seq: number) => page.locator(`.log-line[data-seq="${seq}"]`)
  await page.reload()
  const before = await lastSeqOf(id)
  await lines.getByText(`${before.toLocaleString('en')} lines`, { exact: true }).waitFor()
  await line(before).waitFor()

  await service.post(`/v1/sessions/${id}/signals/go`, {})
  await page.locator('.log-line').getByText('session.completed').waitFor()
  await page.getByText('complete', { exact: true }).waitFor()
  const last = await lastSeqOf(id)
  await lines.getByText(`${last.toLocaleString('en')} lines`, { exact: true }).waitFor()
  const middle = asked.filter((query) => {
    const after = Number(query.get('after'))
    return query.get('types') === null && after > 1500 && after < 5000
  })
  expect(middle).toEqual([])

  await page.evaluate('document.querySelector(".virtual").scrollTop = 3000 * 26')
  await line(3010).getByText('step.output').waitFor()
  expect(complaints).toEqual([])
})

test('a search goes through all of a long log', async () => {
  const id = await start(service, [talk, 'Wait 1 ms'])
  await until(service, id, 'session.completed')
  await using visitor = await open(id, 'view=log')
  const { page } = visitor
  await page.locator('.log-line').getByText('session.completed').waitFor()
  const lines = page.locator('.log-tools [role="status"]')
  await page.getByLabel('Types').selectOption('step.output')
  await lines.getByText(`${LINES.toLocaleString('en')} lines`, { exact: true }).waitFor()
  await page.getByLabel('Step', { exact: true }).selectOption('step2')
  await page.getByLabel('Types').selectOption('step')
  await page.locator('.log-line').getByText('step.completed').waitFor()
  expect(await page.locator('.log-line[data-seq]').count()).toBeLessThan(5)
})

test('all of a long log is copied, though not all of it was looked at', async () => {
  const id = await start(service, [talk, 'Wait 1 ms'])
  await until(service, id, 'session.completed')
  await using visitor = await open(id, 'view=log')
  const { page } = visitor
  await page.locator('.log-line').getByText('session.completed').waitFor()
  await page.getByRole('button', { name: 'Copy these lines' }).click()
  await page.getByText('Copied', { exact: true }).waitFor()
  const copied = async () => String(await page.evaluate('navigator.clipboard.readText()'))
  const last = await lastSeqOf(id)
  expect((await copied()).split('\n')).toHaveLength(last)
  expect(await copied()).toMatch(/ {2}1 {2}session\.created/)
})

test('a moment within what a step puts out is as the service says it was', async () => {
  const id = await start(service, [talk, 'Wait 1 ms'])
  await until(service, id, 'session.completed')
  const { steps } = await json<{ steps: { id: string; status: string }[] }>(
    service.get(`/v1/sessions/${id}?atSeq=4000`),
  )
  expect(steps.map(({ status }) => status)).toEqual(['running', 'pending'])
  await using visitor = await open(id, 'view=steps&atSeq=4000')
  const { page } = visitor
  for (const { id: step, status } of steps) {
    await page.locator(`.step-line[data-step="${step}"][data-status="${status}"]`).waitFor()
  }
  await page.getByText('event 4,000', { exact: true }).waitFor()
  await page.getByRole('tab', { name: 'Log' }).click()
  await page.locator('.log-tools').getByText('4,000 lines', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Now', exact: true }).click()
  await page.locator('.page-head').getByText('completed', { exact: true }).waitFor()
})

test('a large graph is laid out beside the page', async () => {
  const steps = Array.from({ length: 60 }, (_, index) => ({
    id: `s${index}`,
    uses: 'wait',
    dependsOn: index < 10 ? [] : [`s${index - 10}`],
    with: { for: '1ms' },
  }))
  const id = await start(service, { maxParallel: 10, steps })
  await until(service, id, 'session.completed')
  await using visitor = await open(id, 'view=graph')
  const { page, complaints } = visitor
  let workers = 0
  page.on('worker', () => workers++)
  await page.reload()
  await page.locator('.graph-step[data-step="s59"][data-status="completed"]').waitFor()
  const places = await page.evaluate(
    '[...document.querySelectorAll(".react-flow__node")].map(({ style }) => style.transform)',
  )
  expect(new Set(places as string[]).size).toBe(60)
  expect(workers).toBe(1)
  await expect.poll(() => page.workers()).toEqual([])
  expect(complaints).toEqual([])
})
