import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOperator, makeKey, operatorSecret, withKeys } from '../support/keys.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'
import { wrapStore } from '../support/wrapped-store.ts'
import { barriers, builtDashboard, openBrowser, visit } from './support/dashboard.ts'

let browser: Browser
let service: Service

beforeAll(async () => {
  browser = await openBrowser()
  service = await startService({ COMMANDS: 'false' }, await builtDashboard())
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

const open = (path: string) => visit(browser, service.url + path)

test('sentences are drawn as they are typed, faults marked at their line, and started', async () => {
  await using visitor = await open('/new')
  const { page } = visitor
  const editor = page.getByLabel('Sentences, one in each line')
  await editor.click()
  await page.keyboard.type('Wait 1 ms\nJuggle three balls')
  await page.getByLabel('Faults').getByText('line 2').waitFor()
  expect(await page.getByRole('button', { name: 'Start' }).isEnabled()).toBe(false)
  await page.locator('.cm-lint-marker-error').waitFor()
  await page.keyboard.press('Shift+Home')
  await page.keyboard.type('Wait 2 ms')
  await expect.poll(() => page.locator('.graph-step').count()).toBe(2)
  await page.getByRole('button', { name: 'Copy as curl' }).click()
  await page.getByText('Copied', { exact: true }).waitFor()
  const line = (await page.evaluate('navigator.clipboard.readText()')) as string
  expect(line).toBe(
    `curl -s ${service.url}/v1/sessions \\\n  -H 'Content-Type: application/json' \\\n  --data-binary '["Wait 1 ms","Wait 2 ms"]'`,
  )
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL(/sessions\/ses_/)
  await page.locator('.page-head').getByText('completed', { exact: true }).waitFor()
})

test('what is copied is there also where scripts have no clipboard, as over plain HTTP from another machine', async () => {
  await using visitor = await open('/new')
  const { page, context } = visitor
  await context.addInitScript('delete Navigator.prototype.clipboard')
  await page.reload()
  const editor = page.getByLabel('Sentences, one in each line')
  await editor.click()
  expect(await page.evaluate('navigator.clipboard')).toBeUndefined()
  await page.keyboard.type('Wait 1 ms')
  await expect.poll(() => page.locator('.graph-step').count()).toBe(1)
  await page.getByRole('button', { name: 'Copy as curl' }).click()
  await page.getByText('Copied', { exact: true }).waitFor()
  await editor.click()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+v')
  await expect.poll(() => editor.innerText()).toContain(`curl -s ${service.url}/v1/sessions`)
})

test('what could not be copied is said not to be', async () => {
  await using visitor = await open('/new')
  const { page } = visitor
  await page.getByLabel('Sentences, one in each line').click()
  await page.keyboard.type('Wait 1 ms')
  await expect.poll(() => page.locator('.graph-step').count()).toBe(1)
  await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("no"))')
  await page.evaluate('document.execCommand = () => false')
  await page.getByRole('button', { name: 'Copy as curl' }).click()
  await page.getByText('It could not be copied').waitFor()
})

test('an example becomes a session, from YAML and from JSON', async () => {
  await using visitor = await open('/new')
  const { page } = visitor
  await page.getByLabel('Begin with').selectOption('Call an address, with retries')
  await expect.poll(() => page.locator('.graph-step').count()).toBe(2)
  await page.getByLabel('Begin with').selectOption('Side by side')
  await expect.poll(() => page.locator('.graph-step').count()).toBe(4)
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL(/sessions\/ses_/)
  await page.getByRole('heading', { name: 'side-by-side' }).waitFor()
})

test('a saved workflow is started with its inputs, and an old version is made current again', async () => {
  const put = (steps: readonly string[]) =>
    fetch(`${service.url}/v1/workflows/greet`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: { who: { type: 'string' }, times: { type: 'integer', default: 2 } },
        steps,
      }),
    })
  await put(['Wait 1 ms'])
  await put(['Wait 1 ms', 'Wait 2 ms'])
  await using visitor = await open('/workflows/greet')
  const { page } = visitor
  await page.getByLabel('Compare with').selectOption('v1')
  await page.locator('.cm-changedLine').waitFor()
  await page.getByRole('combobox', { name: 'Version' }).selectOption('v1')
  await page.getByRole('button', { name: 'Make v1 current again' }).click()
  await page.getByText(/^v1 again/).waitFor()
  await page.getByRole('link', { name: 'Start' }).click()
  await page.getByLabel('who').fill('ana')
  await page.getByRole('button', { name: 'Start greet' }).click()
  await page.waitForURL(/sessions\/ses_/)
  await page.getByRole('link', { name: 'greet v3' }).waitFor()
  const id = page.url().split('/').at(-1)
  expect((await json(service.get(`/v1/sessions/${id}/plan`)))['inputs']).toEqual({
    who: 'ana',
    times: 2,
  })
})

test('the list is filtered by its address, shows progress, and cancels and retries what it finds', async () => {
  const labels = { of: 'list' }
  const waiting = await start(service, {
    labels,
    name: 'half',
    steps: ['Wait 1 ms', { id: 'go', uses: 'signal', with: { name: 'go' } }],
  })
  await until(service, waiting, 'session.waiting')
  await using visitor = await open('/sessions?label=of:list')
  const { page } = visitor
  await page.getByRole('link', { name: 'half' }).waitFor()
  expect(await page.locator('tbody tr').count()).toBe(1)
  await expect.poll(() => page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50')
  await page.getByRole('button', { name: 'Cancel all…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel 1' }).click()
  await page.getByText('1 cancelled').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.locator('tbody').getByText('cancelled').waitFor()
  await page.getByRole('button', { name: 'waiting', exact: true }).click()
  await page.waitForURL(/status=waiting/)
  await page.getByText('No session is like that').waitFor()
  await page.getByRole('button', { name: 'cancelled', exact: true }).click()
  await page.waitForURL(/status=waiting%2Ccancelled/)
  await page.goBack()
  await page.waitForURL(/status=waiting$/)
  await page.getByText('No session is like that').waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'half' }).waitFor()
  await page.goForward()
  await page.goForward()
  await page.waitForURL(/status=waiting%2Ccancelled/)
  await page.getByRole('link', { name: 'half' }).waitFor()
  await page.getByRole('button', { name: 'Retry all…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 1' }).click()
  await page.getByText('1 retried').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.getByLabel('Name').fill('nobody')
  await page.waitForURL(/name=nobody/)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.waitForURL((url) => url.search === '')
})

test('each kind of question is answered in the inbox, by the form of its schema', async () => {
  const schema = {
    type: 'object',
    required: ['region'],
    properties: { region: { enum: ['eu', 'us'] }, count: { type: 'integer' } },
  }
  const labels = { of: 'inbox' }
  const ids = {
    approval: await start(service, {
      labels,
      steps: [{ id: 'ask', uses: 'approval', with: { prompt: 'Shall it?', schema } }],
    }),
    escalation: await start(service, {
      labels,
      onFailure: 'escalate',
      steps: [{ id: 'bad', uses: 'command', with: { run: ['false'] } }],
    }),
    client: await start(service, {
      labels,
      steps: [{ id: 'do', uses: 'client', with: { command: { fetch: 'paper' } } }],
    }),
    signal: await start(service, {
      labels,
      steps: [{ id: 'hear', uses: 'signal', with: { name: 'bell', schema } }],
    }),
  }
  await Promise.all(Object.values(ids).map((id) => until(service, id, 'session.waiting')))
  await using visitor = await open('/inbox')
  const { page } = visitor
  const item = (id: string) =>
    page.locator('.inbox-item').filter({ has: page.locator(`a[href*="${id}"]`) })
  const press = (id: string, name: string) =>
    item(id).getByRole('button', { name, exact: true }).click()
  await press(ids.approval, 'Approve')
  await item(ids.approval).getByRole('alert').waitFor()
  await item(ids.approval).getByLabel('region').selectOption('eu')
  await item(ids.approval).getByLabel('count').fill('3')
  await item(ids.approval).getByLabel('Who you are').fill('ana')
  await press(ids.approval, 'Approve')
  await press(ids.escalation, 'Skip')
  await item(ids.client).getByText('paper').waitFor()
  await item(ids.client).getByLabel('Output, as JSON').fill('{ "pages": 2 }')
  await press(ids.client, 'Done')
  await item(ids.signal).getByLabel('region').selectOption('us')
  await press(ids.signal, 'Send the signal')
  for (const id of Object.values(ids)) await until(service, id, 'session.completed')
  const outputOf = async (id: string) => {
    const { steps } = await json<{ steps: { output?: unknown }[] }>(
      service.get(`/v1/sessions/${id}`),
    )
    return steps[0]?.output
  }
  expect(await outputOf(ids.approval)).toMatchObject({
    answer: { region: 'eu', count: 3 },
    by: 'ana',
  })
  expect(await outputOf(ids.client)).toEqual({ pages: 2 })
  expect(await outputOf(ids.signal)).toEqual({ region: 'us' })
  await page.getByRole('button', { name: 'Answered' }).click()
  await page.locator('tbody').getByText('ana').waitFor()
})

test('work that went wrong, and what failed, is answered as it is', async () => {
  const doing = { id: 'do', uses: 'client', with: { command: { fetch: 'paper' } } }
  const bad = { id: 'bad', uses: 'command', with: { run: ['false'] } }
  const escalating = { onFailure: 'escalate', steps: [bad] }
  const ids = {
    warned: await start(service, [doing]),
    wrong: await start(service, [doing]),
    completed: await start(service, escalating),
    failed: await start(service, escalating),
    measured: await start(service, [
      { id: 'measure', uses: 'client', with: { queue: 'bench', command: {} } },
    ]),
  }
  await Promise.all(Object.values(ids).map((id) => until(service, id, 'session.waiting')))
  await using visitor = await open('/inbox')
  const { page } = visitor
  const item = (id: string) =>
    page.locator('.inbox-item').filter({ has: page.locator(`a[href*="${id}"]`) })
  const press = (id: string, name: string) =>
    item(id).getByRole('button', { name, exact: true }).click()
  await item(ids.warned).getByLabel('Note').fill('a page was torn')
  await item(ids.warned).getByLabel('Output, as JSON').fill('{ "pages": 1 }')
  await press(ids.warned, 'Done, with a warning')
  await item(ids.wrong).getByText('Where it goes wrong it is asked for again, 2 times').waitFor()
  await item(ids.wrong).getByLabel('Note').fill('no paper left')
  await press(ids.wrong, 'It went wrong')
  await item(ids.completed)
    .getByLabel(/^Output/)
    .fill('{ "by": "hand" }')
  await press(ids.completed, 'Complete')
  await press(ids.failed, 'Let fail')
  await item(ids.measured).getByText('nobody has it').waitFor()
  const claim = async (workerId: string) => {
    const body = { queue: 'bench', workerId }
    const { interactions } = await json<{ interactions: { interactionId: string }[] }>(
      service.post('/v1/interactions/claim', body),
    )
    return interactions[0]?.interactionId
  }
  const taken = await claim('bench-7')
  await item(ids.measured).getByText('bench-7 has it').waitFor()
  await service.post(`/v1/interactions/${taken}/release`, { workerId: 'bench-7' })
  await item(ids.measured).getByText('nobody has it').waitFor()
  await claim('bench-8')
  await page.goto(`${service.url}/workers`)
  const worker = page.locator('section').filter({ hasText: 'bench-8' })
  await worker.getByText('1 at work').waitFor()
  await worker.getByRole('link', { name: 'measure' }).click()
  await page.waitForURL(new RegExp(ids.measured))
  await page.getByText('bench-8 has it').first().waitFor()
  const last = async (id: string) => (await ended(service, id)).at(-1)
  expect(await last(ids.warned)).toMatchObject({ type: 'session.completed' })
  expect(await last(ids.completed)).toMatchObject({ type: 'session.completed' })
  expect(await last(ids.failed)).toMatchObject({ type: 'session.failed' })
  const wrong = lastOf(
    await until(service, ids.wrong, 'interaction.answered'),
    'interaction.answered',
  )
  expect(wrong).toMatchObject({ status: 'error', error: { message: 'no paper left' } })
})

test('a part that fails is told by the health page, and that it is well again', async () => {
  const wrapped = wrapStore()
  await using sick = await startService({}, { ...(await builtDashboard()), store: wrapped.store })
  await using visitor = await visit(browser, `${sick.url}/health`)
  const { page } = visitor
  await page.getByText('is taken').waitFor()
  wrapped.refuse()
  const store = page.getByRole('region', { name: 'store' })
  await store.getByText('failed').waitFor()
  await page.getByText('is not taken: unavailable').waitFor()
  expect(await barriers(page)).toEqual([])
  wrapped.accept()
  await store.getByText('ok').waitFor()
  await page.getByText('is taken').waitFor()
})

test('schedules and batches are paused, resumed and started', async () => {
  const { scheduleId } = await json(
    service.post('/v1/schedules', { cron: '0 6 1 1 *', workflow: ['Wait 1 ms'] }),
  )
  await using visitor = await open(`/schedules/${scheduleId}`)
  const { page } = visitor
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  await press('Pause')
  await page.getByText('paused', { exact: true }).waitFor()
  await press('Resume')
  await page.getByText('active', { exact: true }).waitFor()
  await press('Start one now')
  await page.locator('tbody a').waitFor()
  const { batchId } = await json(
    service.post('/v1/batches', {
      workflow: { steps: [{ id: 'go', uses: 'signal', with: { name: 'go' } }] },
      inputs: [{}, {}],
    }),
  )
  await page.goto(`${service.url}/batches/${batchId}`)
  await page.getByText(/2 of 2 started/).waitFor()
  await press('Pause')
  await press('Resume')
  await press('Cancel')
  await press('Retry what did not complete')
  await page.waitForURL((url) => !url.pathname.endsWith(String(batchId)))
  await page.getByText('an earlier batch').waitFor()
})

test('who has no key signs in, sees what the key may do, and signs out', async () => {
  await using locked = await startService(withKeys, await builtDashboard())
  const { secret, keyId } = await makeKey(locked, { name: 'reader', scopes: ['read'] })
  await using visitor = await visit(browser, `${locked.url}/sessions`)
  const { page } = visitor
  await page.waitForURL(/sign-in/)
  await page.getByLabel('Key').fill('sk_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('no key has this secret').waitFor()
  await page.getByLabel('Key').fill(operatorSecret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/sessions$/)
  await page.getByRole('button', { name: 'Cancel all…' }).waitFor()
  expect(await page.evaluate('document.cookie')).toBe('')
  await page.goto(`${locked.url}/new`)
  await page.getByLabel('Sentences, one in each line').click()
  await page.keyboard.type('Wait 1 ms')
  await page.getByRole('button', { name: 'Start' }).click()
  await page.locator('.page-head').getByText('completed', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(/sign-in/)
  await page.getByLabel('Key').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('reader').waitFor()
  expect(await page.getByRole('button', { name: 'Cancel all…' }).count()).toBe(0)
  const steps = [{ uses: 'signal', with: { name: 'never' } }]
  const id = await start(asOperator(locked), { steps })
  await page.goto(`${locked.url}/sessions/${id}`)
  await page.getByText('live', { exact: true }).waitFor()
  await asOperator(locked).send('DELETE', `/v1/keys/${keyId}`)
  await page.waitForURL(/sign-in/)
})
