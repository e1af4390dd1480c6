import { expect, test } from 'vitest'
import { functionExecutor } from '../support/hand-executor.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { startService } from '../support/service.ts'
import { ended, start } from '../support/sessions.ts'
import { barriers, builtDashboard, openBrowser, visit } from './support/dashboard.ts'

const HOUR_MS = 3_600_000

test('reports show how sessions of a time and of a workflow went', async () => {
  const clock = new ManualClock(Date.now() - 30 * HOUR_MS)
  const takes = functionExecutor('takes', ({ ms, fails }) => {
    clock.advance(Number(ms))
    return fails === true
      ? { status: 'failed', code: 'UNEXPECTED_STATUS', message: 'as asked for', retryable: false }
      : { status: 'succeeded' }
  })
  const options = { clock, executors: [takes], ...(await builtDashboard()) }
  await using service = await startService({}, options)
  const run = async (name: string, ms: number, fails = false) => {
    const id = await start(service, {
      name,
      steps: [{ id: name, uses: 'takes', with: { ms, fails } }],
    })
    await ended(service, id)
  }
  await run('nightly', 4000)
  clock.advance(28 * HOUR_MS)
  await run('nightly', 8000)
  await run('deploy', 300, true)

  await using browser = await openBrowser()
  await using visitor = await visit(browser, `${service.url}/reports`)
  const { page, complaints } = visitor
  const figure = (name: string) =>
    page.locator('.figures div').filter({ hasText: name }).locator('dd').innerText()
  await page.getByRole('heading', { name: 'Where the time goes' }).waitFor()
  expect(await figure('Sessions')).toBe('3')
  expect(await figure('Completed')).toBe('66.7 %')
  expect(await figure('95 % take up to')).toBe('8.0 s')
  // The bars are drawn, and their figures stand in a table.
  await page.locator('.chart .recharts-bar-rectangle').first().waitFor()
  const counted = page.getByRole('table', { name: 'Sessions by day' })
  expect(await counted.getByRole('columnheader').allInnerTexts()).toEqual([
    'Time (UTC)',
    'completed',
    'failed',
  ])
  await page.getByRole('link', { name: 'UNEXPECTED_STATUS' }).waitFor()
  expect(await barriers(page)).toEqual([])

  await page.getByRole('button', { name: '24 hours' }).click()
  await page.waitForURL(/since=24h/)
  await expect.poll(() => figure('Sessions')).toBe('2')
  await page.getByRole('table', { name: 'Sessions by hour' }).waitFor({ state: 'attached' })
  await page.getByRole('link', { name: 'nightly' }).click()
  await page.waitForURL(/name=nightly/)
  await expect.poll(() => figure('Sessions')).toBe('1')
  await page.getByRole('textbox', { name: 'Workflow' }).fill('nightly')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.waitForURL(/workflow=nightly/)
  await page.getByText('No sessions in this time').waitFor()
  expect(complaints).toEqual([])
}, 120_000)
