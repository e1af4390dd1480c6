import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversation } from '../../src/dashboard/log/conversation.ts'
import type { LoggedEvent } from '../../src/session/events.ts'
import { clicksNamed, givesUp } from '../support/ai-decisions.ts'
import { startAiServer } from '../support/ai-server.ts'
import { browserSettings } from '../support/browser.ts'
import { startServer } from '../support/local-server.ts'
import { startService } from '../support/service.ts'
import { start, until } from '../support/sessions.ts'
import { barriers, builtDashboard, openBrowser, visit } from './support/dashboard.ts'

let browser: Browser

beforeAll(async () => {
  await builtDashboard()
  browser = await openBrowser()
}, 60_000)

afterAll(() => browser?.close())

test('what a browser did is shown with its screenshots beside it', async () => {
  await using service = await startService(await browserSettings(), await builtDashboard())
  const id = await start(service, [`Open ${service.url}/sign-in`])
  await until(service, id, 'session.completed')
  await using visitor = await visit(browser, `${service.url}/sessions/${id}?view=screens`)
  const { page, complaints } = visitor
  const shot = page.locator('.film-item img').first()
  await shot.waitFor()
  await expect
    .poll(() =>
      shot.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    )
    .toBeGreaterThan(100)
  expect(await barriers(page)).toEqual([])
  await page.locator('.shot').first().click()
  await page.getByRole('dialog').getByRole('img').waitFor()
  await page.keyboard.press('Escape')
  expect(complaints).toEqual([])
})

test('what an AI was told, thought, did and cost is told as a conversation', async () => {
  await using site = await startServer((_, response) => {
    const page = '<title>House</title><button onclick="this.after(`Nobody`)">Ring the bell</button>'
    response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  })
  await using ai = await startAiServer(
    clicksNamed('Ring the bell', { reasoning: 'There is one button.' }),
    givesUp('nobody answers here'),
  )
  await using service = await startService(
    {
      ...(await browserSettings()),
      AI_BASE_URL: ai.baseUrl,
      AI_MODEL: 'scripted',
      AI_API_KEY: 'sk-of-the-model',
    },
    await builtDashboard(),
  )
  const goal = 'Get in by the front door'
  const id = await start(service, {
    onFailure: 'continue',
    steps: [`Open ${site.url}/`, { id: 'enter', uses: 'ai', with: { goal } }],
  })
  await until(service, id, 'session.completed')
  await using visitor = await visit(browser, `${service.url}/sessions/${id}?view=reasoning`)
  const { page, complaints } = visitor
  const bubble = (by: string, text: string | RegExp) =>
    page.locator(`.bubble[data-by="${by}"]`).filter({ hasText: text }).first().waitFor()
  await bubble('task', goal)
  await bubble('thought', 'click button “Ring the bell”')
  await bubble('action', /Ring the bell/)
  await bubble('end', 'AI_GAVE_UP: nobody answers here')
  await page.getByText(/^2 questions to the model, 200 \+ 20 tokens/).waitFor()
  await page.getByText('What it considered').click()
  await page.getByText('There is one button').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByLabel('Step', { exact: true }).selectOption('enter')
  await page.waitForURL(/of=enter/)
  await page.locator('.bubble').getByRole('button', { name: 'enter' }).first().click()
  await page.getByRole('complementary', { name: 'Step enter' }).waitFor()
  expect(complaints).toEqual([])
})

test('the parts of a thought are one, and what was done because of it comes after it', () => {
  const at = '2026-01-05T09:30:00.000Z'
  const about = { at, sessionId: 'ses_1', stepId: 'shop', attempt: 1 }
  const thought = { source: 'ai', turn: 1 } as const
  const events: readonly LoggedEvent[] = [
    {
      ...about,
      seq: 1,
      type: 'ai.reasoning',
      data: { ...thought, thought: 'I see ', partial: true },
    },
    {
      ...about,
      seq: 2,
      type: 'ai.reasoning',
      data: { ...thought, thought: 'a basket.', partial: true },
    },
    { ...about, seq: 3, type: 'ai.reasoning', data: { ...thought, thought: 'It must be opened.' } },
    {
      ...about,
      seq: 4,
      type: 'browser.command_completed',
      data: { commandId: 1, do: 'click', description: 'Click the basket', durationMs: 5 },
    },
    { ...about, seq: 5, type: 'ai.reasoning', data: { source: 'ai', turn: 2, thought: 'Done.' } },
  ]
  const said = conversation(events, 5).map(({ by, text, reasoning }) => [by, text, reasoning])
  expect(said).toEqual([
    ['thought', 'It must be opened.', 'I see a basket.'],
    ['action', 'Click the basket', undefined],
    ['thought', 'Done.', undefined],
  ])
  expect(conversation(events, 1)).toMatchObject([{ text: '', reasoning: 'I see ', isOpen: true }])
})
