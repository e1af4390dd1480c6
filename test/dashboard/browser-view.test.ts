import { expect, test } from 'vitest'
import { conversation } from '../../src/dashboard/log/conversation.ts'
import type { LoggedEvent } from '../../src/session/events.ts'
import { browserSettings } from '../support/browser.ts'
import { startService } from '../support/service.ts'
import { start, until } from '../support/sessions.ts'
import { barriers, builtDashboard, openBrowser, visit } from './support/dashboard.ts'

test('what a browser did is shown with its screenshots beside it', async () => {
  await using service = await startService(await browserSettings(), await builtDashboard())
  const id = await start(service, [`Open ${service.url}/sign-in`])
  await until(service, id, 'session.completed')
  const browser = await openBrowser()
  try {
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
  } finally {
    await browser.close()
  }
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
    { ...about, seq: 2, type: 'ai.reasoning', data: { ...thought, thought: 'a basket.' } },
    {
      ...about,
      seq: 3,
      type: 'browser.command_completed',
      data: { commandId: 1, do: 'click', description: 'Click the basket', durationMs: 5 },
    },
    { ...about, seq: 4, type: 'ai.reasoning', data: { source: 'ai', turn: 2, thought: 'Done.' } },
  ]
  const said = conversation(events, 4).map(({ by, text }) => [by, text])
  expect(said).toEqual([
    ['thought', 'I see a basket.'],
    ['action', 'Click the basket'],
    ['thought', 'Done.'],
  ])
  expect(conversation(events, 1)).toMatchObject([{ text: 'I see ' }])
})
