import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProcess } from '../support/server-process.ts'
import { startService } from '../support/service.ts'
import { start, until } from '../support/sessions.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { builtDashboard, openBrowser, visit } from './support/dashboard.ts'

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
}, 60_000)

afterAll(() => browser?.close())

const banner = /^Disconnected for/
const steps = [
  { id: 'go', uses: 'signal', with: { name: 'go' } },
  { id: 'last', uses: 'wait', with: { for: '1ms' } },
]

test('a line that breaks in mid-session is told, and it goes on by itself without a gap', async () => {
  await using service = await startService({}, await builtDashboard())
  await using proxy = await startTcpProxy(Number(new URL(service.url).port))
  const id = await start(service, { steps })
  await until(service, id, 'session.waiting')
  const address = `http://127.0.0.1:${proxy.port}/sessions/${id}?view=log`
  await using visitor = await visit(browser, address)
  const { page } = visitor
  await page.locator('.log-line').getByText('session.waiting').waitFor()
  proxy.cut()
  await page.getByText(banner).waitFor()
  await service.post(`/v1/sessions/${id}/signals/go`, {})
  const events = await until(service, id, 'session.completed')
  // What happened meanwhile is not known here, and so not shown.
  await page.locator('.page-head').getByText('waiting', { exact: true }).waitFor()
  proxy.restore()
  await page.getByText(banner).waitFor({ state: 'detached' })
  await page.locator('.log-line').getByText('session.completed').waitFor()
  await page.locator('.page-head').getByText('completed', { exact: true }).waitFor()
  const shown = await page
    .locator('.log-line')
    .evaluateAll((lines) => lines.map((line) => Number(line.getAttribute('data-seq'))))
  expect(shown).toEqual(events.map(({ seq }) => seq))
})

test('a server that is killed in mid-session is told, and the page goes on with the next one', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stepstream-'))
  await builtDashboard()
  const settings = { DATA_DIR: dataDir, LOG_LEVEL: 'info', COMMANDS: 'sleep' }
  const first = await startProcess(settings)
  const { port } = new URL(first.url)
  try {
    const post = (path: string, body: unknown) =>
      fetch(first.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const begin = async (body: object) => {
      const answer = await post('/v1/sessions', body)
      return ((await answer.json()) as { sessionId: string }).sessionId
    }
    const sessionId = await begin({ steps })
    await until(first, sessionId, 'session.waiting')
    const cutOff = await begin({
      maxRecoveries: 0,
      steps: [
        { id: 'nap', uses: 'command', with: { run: ['sleep', '10'] }, onInterrupted: 'retry' },
      ],
    })
    await until(first, cutOff, 'step.started')
    await using visitor = await visit(browser, `${first.url}/sessions/${sessionId}`)
    const { page } = visitor
    const node = (step: string, status: string) =>
      page.locator(`.graph-step[data-step="${step}"][data-status="${status}"]`).waitFor()
    await node('go', 'waiting')
    await first.stop('SIGKILL')
    await page.getByText(banner).waitFor()
    await node('go', 'waiting')
    const second = await startProcess({ ...settings, PORT: port })
    try {
      await page.getByText(banner).waitFor({ state: 'detached' })
      await post(`/v1/sessions/${sessionId}/signals/go`, {})
      await node('last', 'completed')
      await page.goto(`${first.url}/sessions/${cutOff}`)
      await page.getByRole('button', { name: 'Take up again' }).click()
      await node('nap', 'running')
      await page.locator('.page-head').getByText('running', { exact: true }).waitFor()
    } finally {
      await second.stop()
    }
  } finally {
    await first.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a list that could not be asked for is asked for again', async () => {
  await using service = await startService({}, await builtDashboard())
  await using proxy = await startTcpProxy(Number(new URL(service.url).port))
  await using visitor = await visit(browser, `http://127.0.0.1:${proxy.port}/sessions`)
  const { page } = visitor
  await page.getByText('No sessions yet').waitFor()
  proxy.cut()
  await page.getByText(banner).waitFor()
  await start(service, { name: 'meanwhile', steps: ['Wait 1 ms'] })
  proxy.restore()
  await page.getByText('meanwhile').waitFor()
  await page.getByText(banner).waitFor({ state: 'detached' })
})
