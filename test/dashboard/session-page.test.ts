import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { json, start, until } from '../support/sessions.ts'
import { barriers, builtDashboard, openBrowser, visit } from './support/dashboard.ts'

let browser: Browser
let service: Service

beforeAll(async () => {
  browser = await openBrowser()
  service = await startService({ COMMANDS: 'sh,false,true' }, await builtDashboard())
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

const boom = { uses: 'command', with: { run: ['false'] } }
const long = { uses: 'wait', with: { for: '1h' } }
const open = (id: string, query = '') => visit(browser, `${service.url}/sessions/${id}${query}`)
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const badge = (page: Page, status: string) =>
  page.locator('.page-head').getByText(status, { exact: true }).waitFor()
const node = (page: Page, step: string, status: string) =>
  page.locator(`.graph-step[data-step="${step}"][data-status="${status}"]`).waitFor()
const statusOf = async (id: string) => (await json(service.get(`/v1/sessions/${id}`)))['status']

test('the graph fills in while it runs', async () => {
  const id = await start(service, {
    steps: [
      { id: 'first', uses: 'wait', with: { for: '1ms' } },
      { id: 'go', uses: 'signal', with: { name: 'go' } },
      { id: 'last', uses: 'wait', with: { for: '1ms' } },
    ],
  })
  await using visitor = await open(id)
  const { page } = visitor
  await node(page, 'first', 'completed')
  await node(page, 'go', 'waiting')
  await node(page, 'last', 'pending')
  expect(await page.locator('.graph-step').count()).toBe(3)
  await service.post(`/v1/sessions/${id}/signals/go`, {})
  await node(page, 'last', 'completed')
  await badge(page, 'completed')
  await page.getByText('complete', { exact: true }).waitFor()
})

test('pause, resume and cancel are there when they can be, and do it', async () => {
  const id = await start(service, { steps: [{ id: 'long', ...long }], timeout: '2h' })
  await using visitor = await open(id)
  const { page } = visitor
  await badge(page, 'waiting')
  expect(await button(page, 'Resume').count()).toBe(0)
  await button(page, 'Pause').click()
  await badge(page, 'paused')
  expect(await button(page, 'Pause').count()).toBe(0)
  await button(page, 'Resume').click()
  await badge(page, 'waiting')
  await button(page, 'Cancel').click()
  await page.getByLabel('Reason').fill('enough')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await badge(page, 'cancelled')
  for (const gone of ['Pause', 'Resume', 'Cancel', 'Roll back']) {
    expect([gone, await button(page, gone).count()]).toEqual([gone, 0])
  }
  const { entries } = await json<{ entries: { reason?: string }[] }>(
    service.get(`/v1/audit?session=${id}&action=session.cancel`),
  )
  expect(entries).toMatchObject([{ reason: 'enough' }])
})

test('a rollback undoes what was done', async () => {
  const undo = { uses: 'command', with: { run: ['true'] } }
  const id = await start(service, {
    timeout: '2h',
    steps: [
      { id: 'made', uses: 'command', with: { run: ['true'] }, undo },
      { id: 'long', ...long },
    ],
  })
  await using visitor = await open(id)
  const { page } = visitor
  await node(page, 'long', 'waiting')
  await button(page, 'Roll back').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click()
  await node(page, 'made', 'undone')
  await badge(page, 'failed')
})

test('a failed session is retried, and leads to the one that goes on from it', async () => {
  const id = await start(service, { steps: [{ id: 'bad', ...boom }] })
  await until(service, id, 'session.failed')
  await using visitor = await open(id)
  const { page } = visitor
  await page.getByText('COMMAND_EXITED in bad').waitFor()
  await button(page, 'Retry…').click()
  await page.getByRole('dialog').getByText('One step runs again: bad.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith(id))
  await page.getByText(`goes on from …${id.slice(-6)}`).waitFor()
})

test('what failed is retried with another input, faults at their place, and what completed is kept', async () => {
  const id = await start(service, {
    inputs: { region: { enum: ['eu', 'us'], default: 'eu' } },
    steps: [
      { id: 'first', uses: 'wait', with: { for: '1ms' } },
      { id: 'bad', ...boom },
    ],
  })
  await until(service, id, 'session.failed')
  await using visitor = await open(id)
  const { page } = visitor
  await button(page, 'Retry…').click()
  const dialog = page.getByRole('dialog')
  expect(await barriers(page)).toEqual([])
  await dialog.getByLabel('Inputs, as JSON').fill('{ "region": "moon" }')
  await dialog.getByLabel('Change a step').selectOption('bad')
  const input = dialog.getByLabel('Input of bad, as JSON')
  await input.fill('{ "run": ["true"] ')
  expect(await button(page, 'Retry').isEnabled()).toBe(false)
  await input.fill('{ "run": ["true"] }')
  await dialog.getByLabel('Timeout').fill('10s')
  await button(page, 'Retry').click()
  await dialog.getByText('/inputs/region', { exact: true }).waitFor()
  await dialog.getByLabel('Inputs, as JSON').fill('{ "region": "us" }')
  await button(page, 'Retry').click()
  await page.waitForURL((url) => !url.pathname.endsWith(id))
  await badge(page, 'completed')
  const retried = page.url().split('/').at(-1)
  const { inputs, steps } = await json<{ inputs: object; steps: object[] }>(
    service.get(`/v1/sessions/${retried}/plan`),
  )
  expect([inputs, steps[1]]).toMatchObject([
    { region: 'us' },
    { with: { run: ['true'] }, timeout: '10s' },
  ])
  const view = await json<{ steps: object[] }>(service.get(`/v1/sessions/${retried}`))
  expect(view.steps[0]).toMatchObject({ keptFrom: { sessionId: id } })
})

test('an approval is pushed back to the step that is chosen, and rejected with a reason', async () => {
  const id = await start(service, {
    steps: [
      { id: 'draft', uses: 'wait', with: { for: '1ms' } },
      { id: 'edit', uses: 'wait', with: { for: '1ms' } },
      { id: 'review', uses: 'approval', with: { prompt: 'Publish it?' } },
    ],
  })
  await until(service, id, 'session.waiting')
  await using visitor = await open(id, '?step=review')
  const { page } = visitor
  await button(page, 'Push back…').click()
  const dialog = page.getByRole('dialog')
  const places = dialog.getByLabel('Back to')
  await expect.poll(() => places.locator('option').allTextContents()).toEqual(['edit', 'draft'])
  expect(await barriers(page)).toEqual([])
  await places.selectOption('draft')
  await dialog.getByLabel('What has to change').fill('too long')
  await dialog.getByRole('button', { name: 'Push back' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Attempt 2').first().waitFor()
  await page.getByLabel('Note').fill('still too long')
  await page.getByLabel('Who you are').fill('ana')
  await button(page, 'Reject').click()
  await badge(page, 'failed')
  const events = await until(service, id, 'session.failed')
  const answers = events.flatMap(({ type, data }) =>
    type === 'interaction.answered' ? [data] : [],
  )
  expect(answers).toMatchObject([
    { decision: 'push_back', toStep: 'draft', note: 'too long' },
    { decision: 'reject', note: 'still too long', actor: 'ana' },
  ])
  expect(events.filter(({ type }) => type === 'step.started')).toHaveLength(6)
})

test('a session is forked from a step', async () => {
  const id = await start(service, ['Wait 1 ms', 'Wait 2 ms'])
  await until(service, id, 'session.completed')
  await using visitor = await open(id, '?step=step2')
  const { page } = visitor
  await button(page, 'Fork from here…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Fork' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith(id))
  await badge(page, 'completed')
  const fork = page.url().split('/').at(-1)
  const view = await json(service.get(`/v1/sessions/${fork}`))
  expect(view['forkedFrom']).toEqual({ sessionId: id, fromStep: 'step2' })
})

test('a step that failed is retried, skipped, completed or let fail', async () => {
  const escalated = (step: object) => ({ onFailure: 'escalate', steps: [{ id: 'bad', ...step }] })
  const panelOf = async (id: string) => {
    await until(service, id, 'session.waiting')
    const visitor = await open(id, '?step=bad')
    await visitor.page.getByText('false exited with code 1').first().waitFor()
    return visitor
  }
  const retried = await start(service, escalated(boom))
  {
    await using visitor = await panelOf(retried)
    await button(visitor.page, 'Retry step').click()
    await visitor.page.getByText('Attempt 2').first().waitFor()
    await button(visitor.page, 'Skip step').click()
    await badge(visitor.page, 'completed')
  }
  const completed = await start(service, escalated(boom))
  {
    await using visitor = await panelOf(completed)
    const { page } = visitor
    await button(page, 'Complete…').click()
    await page.getByRole('dialog').getByLabel('Output, as JSON').fill('{ "by": "hand" ')
    expect(
      await page.getByRole('dialog').getByRole('button', { name: 'Complete' }).isEnabled(),
    ).toBe(false)
    await page.getByRole('dialog').getByLabel('Output, as JSON').fill('{ "by": "hand" }')
    await page.getByRole('dialog').getByRole('button', { name: 'Complete' }).click()
    await badge(page, 'completed')
    await page.getByLabel('Output', { exact: true }).getByText('"hand"').waitFor()
  }
  const failed = await start(service, escalated(boom))
  {
    await using visitor = await panelOf(failed)
    await button(visitor.page, 'Let fail').click()
    await badge(visitor.page, 'failed')
  }
})

test('a step is held and let go on, and the session goes on by one', async () => {
  const id = await start(service, {
    steps: [
      { id: 'go', uses: 'signal', with: { name: 'go' } },
      { id: 'next', uses: 'wait', with: { for: '1ms' } },
      { id: 'last', uses: 'wait', with: { for: '1ms' } },
    ],
  })
  await using visitor = await open(id, '?step=next')
  const { page } = visitor
  await button(page, 'Hold step').click()
  await button(page, 'Let go on').waitFor()
  await service.post(`/v1/sessions/${id}/signals/go`, {})
  await node(page, 'go', 'completed')
  await button(page, 'One step on').click()
  await node(page, 'next', 'completed')
  await page.locator('.graph-step[data-step="last"]').click()
  await button(page, 'Let go on').click()
  await badge(page, 'completed')
})

test('the log is searched, filtered, copied and paused', async () => {
  const id = await start(service, {
    steps: [
      { id: 'talk', uses: 'command', with: { run: ['sh', '-c', 'echo one; echo two >&2'] } },
      { id: 'go', uses: 'signal', with: { name: 'go' } },
    ],
  })
  await until(service, id, 'session.waiting')
  await using visitor = await open(id, '?view=log')
  const { page } = visitor
  const lines = page.locator('.log-line')
  await page.locator('.log-line').getByText('session.waiting').waitFor()
  await page.getByLabel('Types').selectOption('step.output')
  await expect.poll(() => lines.count()).toBe(2)
  await page.getByLabel('Search the log').fill('TWO')
  await expect.poll(() => lines.count()).toBe(1)
  await page.waitForURL(/find=TWO/)
  await page.getByRole('button', { name: 'Copy these lines' }).click()
  await page.getByText('Copied', { exact: true }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
    /step\.output {2}talk {2}two$/,
  )
  await lines.first().click()
  await page.getByText('"stderr"').waitFor()
  await page.getByLabel('Search the log').fill('')
  await page.getByLabel('Types').selectOption('')
  await page.getByLabel('Step', { exact: true }).selectOption('go')
  await expect.poll(() => lines.count()).toBeLessThan(5)
  await page.getByLabel('Step', { exact: true }).selectOption('')
  await button(page, 'Pause').nth(1).click()
  await service.post(`/v1/sessions/${id}/signals/go`, {})
  await badge(page, 'completed')
  expect(await page.locator('.log-line').getByText('session.completed').count()).toBe(0)
  await page.getByRole('button', { name: /^Go on/ }).click()
  await page.locator('.log-line').getByText('session.completed').waitFor()
})

test('a moment before is as the service says it was, and nothing can be asked of it', async () => {
  const id = await start(service, ['Wait 1 ms', 'Wait 1 ms'])
  await until(service, id, 'session.completed')
  const { steps } = await json<{ steps: { id: string; status: string }[] }>(
    service.get(`/v1/sessions/${id}?atSeq=4`),
  )
  await using visitor = await open(id)
  const { page } = visitor
  await badge(page, 'completed')
  const slider = page.getByLabel('Event to look at')
  await slider.focus()
  await page.keyboard.press('Home')
  await page.waitForURL(/atSeq=1/)
  for (let seq = 1; seq < 4; seq++) await page.keyboard.press('ArrowRight')
  await page.waitForURL(/atSeq=4/)
  for (const { id: step, status } of steps) await node(page, step, status)
  expect(await page.getByRole('toolbar', { name: 'Session' }).count()).toBe(0)
  await button(page, 'Now').click()
  await badge(page, 'completed')
  await page.getByRole('toolbar', { name: 'Session' }).waitFor()
  expect(await statusOf(id)).toBe('completed')
})

test('the timeline has a bar for each attempt and each wait, and says what is left', async () => {
  // A wait says how long it takes.
  const timed = await start(service, {
    steps: ['Wait 1 ms', 'Wait 30 seconds', 'Wait 1 ms'],
  })
  const id = await start(service, {
    name: 'tried',
    timeout: '2h',
    steps: [
      { id: 'bad', ...boom, retry: { maxAttempts: 2, backoff: 'fixed', delay: '50ms' } },
      { id: 'go', uses: 'signal', with: { name: 'go' }, dependsOn: [] },
    ],
    onFailure: 'continue',
  })
  await until(service, id, 'session.waiting')
  await using visitor = await open(id, '?view=timeline&step=go')
  const { page } = visitor
  const kindsOf = (step: string) =>
    page
      .locator(`.timeline-row[data-step="${step}"] .bar`)
      .evaluateAll((bars) =>
        bars.map((bar) => (bar as unknown as { dataset: { kind: string } }).dataset.kind),
      )
  await expect.poll(() => kindsOf('bad')).toEqual(['run', 'delay', 'run'])
  await expect.poll(async () => (await kindsOf('go')).at(-1)).toBe('wait')
  // Why it does not go on stands in its panel.
  await page.locator('.note').getByText(/go/).first().waitFor()
  await page.goto(`${service.url}/sessions/${timed}`)
  const left = page.locator('.vital').filter({ hasText: 'Remaining' }).locator('b')
  await expect.poll(() => left.innerText()).toMatch(/^about (2\d|30) s$/)
  await service.post(`/v1/sessions/${timed}/cancel`)
  await expect.poll(() => left.innerText()).toBe('ended')
})

test('the step panel has attempts, error with what to do, input, output and artifacts', async () => {
  const big = 'i=0; while [ $i -lt 9000 ]; do echo 0123456789; i=$((i+1)); done'
  const id = await start(service, {
    onFailure: 'continue',
    steps: [
      { id: 'big', uses: 'command', with: { run: ['sh', '-c', big] } },
      { id: 'bad', ...boom, retry: { maxAttempts: 2, backoff: 'fixed', delay: '1ms' } },
    ],
  })
  await until(service, id, 'session.completed')
  await using visitor = await open(id, '?step=bad')
  const { page } = visitor
  await page.getByText('Attempt 2').first().waitFor()
  await page.getByText('See the exit code and the output of the command.').first().waitFor()
  await page.getByLabel('Input', { exact: true }).getByText('"false"').waitFor()
  await page.locator('.graph-step[data-step="big"]').click()
  await page.getByRole('link', { name: /bytes, as a file/ }).waitFor()
  await button(page, 'Its log').click()
  await page.waitForURL(/of=big/)
})
