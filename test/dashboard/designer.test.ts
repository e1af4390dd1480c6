import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Service, startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'
import { barriers, builtDashboard, expectFits, openBrowser, visit } from './support/dashboard.ts'

let browser: Browser
let service: Service

beforeAll(async () => {
  browser = await openBrowser()
  service = await startService({}, await builtDashboard())
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

const stepOf = (page: Page, id: string) => page.locator(`[data-step="${id}"]`)

const panelOf = (page: Page, id: string) => page.getByRole('region', { name: `Step ${id}` })

/** Picks a kind in the dialog that asks which step to add. */
async function pick(page: Page, kind: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('A kind of step, or a sentence').fill(kind)
  await dialog.getByRole('button', { name: kind, exact: false }).first().click()
  await dialog.waitFor({ state: 'hidden' })
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  const field = panelOf(page, from).getByLabel('Id', { exact: true })
  await field.fill(to)
  await field.press('Enter')
  await panelOf(page, to).waitFor()
}

/** From the dot behind a step to another one. */
async function drag(page: Page, from: string, to: string): Promise<void> {
  const handleOf = async (id: string, kind: string) => {
    const node = page.locator('.react-flow__node').filter({ has: stepOf(page, id) })
    const box = (await node.locator(`.react-flow__handle.${kind}`).boundingBox())!
    return [box.x + box.width / 2, box.y + box.height / 2] as const
  }
  await page.mouse.move(...(await handleOf(from, 'source')))
  await page.mouse.down()
  await page.mouse.move(...(await handleOf(to, 'target')), { steps: 8 })
  await page.mouse.up()
}

/** The text of the workflow that is designed, as its request would be. */
async function writtenIn(page: Page): Promise<string> {
  // The browser's clipboard is asked for in the tests of what is copied; here it may keep a busy machine waiting.
  await page.evaluate('navigator.clipboard.writeText = async (text) => void (window.copied = text)')
  await page.getByRole('button', { name: 'Copy as curl' }).click()
  const line = (await page.evaluate('window.copied')) as string
  return line.slice(line.indexOf("--data-binary '") + 15, -1).replaceAll(`'\\''`, "'")
}

const linksIn = async (page: Page) => {
  const content = await writtenIn(page)
  const body = parse(content) as unknown
  const { steps } = await json<{ steps: { id: string; dependsOn: string[] }[] }>(
    service.post('/v1/plans', body),
  )
  return Object.fromEntries(steps.map(({ id, dependsOn }) => [id, dependsOn.sort()]))
}

const diamond = { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }

async function completed(page: Page): Promise<void> {
  await page.waitForURL(/\/sessions\/ses_/)
  await page.getByText('completed', { exact: true }).first().waitFor()
}

describe('from nothing', () => {
  test('a diamond is built by pointer, started, and completes', async () => {
    await using visitor = await visit(browser, `${service.url}/new`)
    const { page, complaints } = visitor
    await page.getByRole('button', { name: 'Design' }).click()
    await page.getByRole('button', { name: 'Add step' }).click()
    await pick(page, 'wait')
    await rename(page, 'wait', 'a')
    await panelOf(page, 'a').getByLabel('for', { exact: true }).fill('10ms')
    await panelOf(page, 'a').getByRole('button', { name: 'After', exact: true }).click()
    await pick(page, 'wait')
    await rename(page, 'wait', 'b')
    await panelOf(page, 'b').getByRole('button', { name: 'Beside', exact: true }).click()
    await pick(page, 'wait')
    await rename(page, 'wait', 'c')
    await stepOf(page, 'b').click()
    await panelOf(page, 'b').getByRole('button', { name: 'After', exact: true }).click()
    await pick(page, 'wait')
    await rename(page, 'wait', 'd')
    await drag(page, 'c', 'd')
    await page.locator('.react-flow__edge').nth(3).waitFor({ state: 'attached' })
    await expect.poll(() => linksIn(page)).toEqual(diamond)
    await drag(page, 'd', 'a')
    await page.getByText('The steps would wait for one another').waitFor()
    expect(await linksIn(page)).toEqual(diamond)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await completed(page)
    expect(complaints).toEqual([])
  })

  test('the same by key alone', async () => {
    await using visitor = await visit(browser, `${service.url}/new?view=design`)
    const { page } = visitor
    const { keyboard } = page
    const focused = (selector: string) =>
      page.locator(`${selector}:focus`).waitFor({ state: 'attached' })
    const add = async (key: string, id: string) => {
      await keyboard.press(key)
      await focused('[role=dialog] input')
      await keyboard.type('wait')
      await keyboard.press('Enter')
      await focused(`[data-step="${id}"]`)
    }
    await page.getByRole('button', { name: 'Add step' }).focus()
    await add('Enter', 'wait')
    await add('a', 'wait2')
    await add('b', 'wait3')
    await keyboard.press('Control+z')
    await stepOf(page, 'wait3').waitFor({ state: 'detached' })
    await keyboard.press('Control+y')
    await stepOf(page, 'wait3').waitFor()
    await stepOf(page, 'wait2').focus()
    await keyboard.press('Enter')
    await panelOf(page, 'wait2').waitFor()
    await add('a', 'wait4')
    const more = panelOf(page, 'wait4').getByLabel('Comes after this step too')
    await more.focus()
    await more.selectOption('wait3')
    await panelOf(page, 'wait4').getByRole('button', { name: 'No longer after wait3' }).waitFor()
    await expect
      .poll(() => linksIn(page))
      .toEqual({ wait: [], wait2: ['wait'], wait3: ['wait'], wait4: ['wait2', 'wait3'] })
    await stepOf(page, 'wait4').focus()
    await keyboard.press('ArrowLeft')
    await expect
      .poll(() => page.locator('.design-step[aria-current]').getAttribute('data-step'))
      .toMatch(/wait[23]/)
    await page.getByRole('button', { name: 'Start', exact: true }).focus()
    await keyboard.press('Enter')
    await completed(page)
  })
})

describe('one document, two views', () => {
  const written = [
    '# What the shop does at night.',
    'name: nightly',
    'steps:',
    '  # The first.',
    '  - id: fetch   # from the shop',
    '    uses: wait',
    '    with: {for: 1ms}',
    '',
    '  - id: use',
    "    when: steps.fetch.status == 'completed'",
    '    uses: wait',
    '    with: { for: 2ms }',
    '',
  ]

  const typeIn = async (page: Page, text: string) => {
    await page.locator('.cm-content').focus()
    await page.keyboard.press('Control+a')
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
    await page.keyboard.press('Control+v')
  }

  test('a rename changes what reads the step, and every other line stays', async () => {
    await using visitor = await visit(browser, `${service.url}/new`)
    const { page } = visitor
    await page.getByRole('button', { name: 'YAML' }).click()
    await typeIn(page, written.join('\n'))
    await page.getByRole('button', { name: 'Design' }).click()
    await stepOf(page, 'fetch').click()
    await rename(page, 'fetch', 'load')
    await panelOf(page, 'load').getByText('Retries and limits').click()
    await panelOf(page, 'load').getByLabel('Limit of one attempt').fill('5s')
    await panelOf(page, 'load').getByLabel('Limit of one attempt').press('Enter')
    const expected = written
      .with(4, '  - id: load   # from the shop')
      .with(9, "    when: steps.load.status == 'completed'")
      .toSpliced(7, 0, '    timeout: 5s')
    await expect.poll(() => writtenIn(page)).toBe(expected.join('\n'))
    await page.getByRole('button', { name: 'Text' }).click()
    await page.locator('.cm-content').focus()
    for (const _ of [1, 2]) await page.keyboard.press('Control+z')
    await expect.poll(() => writtenIn(page)).toBe(written.join('\n'))
    await page.getByRole('button', { name: 'Design' }).click()
    await stepOf(page, 'fetch').click()
    await panelOf(page, 'fetch').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('“use” reads “fetch”, so “fetch” cannot be taken away').waitFor()
  })

  test('the drawing waits for a text with faults, and faults stand on their steps', async () => {
    await using visitor = await visit(browser, `${service.url}/new`)
    const { page } = visitor
    await page.getByRole('button', { name: 'YAML' }).click()
    await typeIn(page, 'steps:\n  - id: a\n    uses: "wait\n')
    await page.getByRole('button', { name: 'Design' }).click()
    await page.getByText('The drawing waits for the text').waitFor()
    await page.getByRole('button', { name: 'Text' }).click()
    await page.getByRole('list', { name: 'Faults' }).first().waitFor()
    await typeIn(page, 'steps:\n- id: a\n  uses: wait\n  with: { for: soon }\n')
    await page.getByRole('button', { name: 'Design' }).click()
    await page.locator('[data-step="a"].tone-bad').click()
    await panelOf(page, 'a').getByRole('list', { name: 'Faults' }).getByText('with.for').waitFor()
    await panelOf(page, 'a').getByLabel('for', { exact: true }).fill('1s')
    await page.locator('[data-step="a"]:not(.tone-bad)').waitFor()
  })

  test('sentences become steps when a change needs it, and it is said', async () => {
    await using visitor = await visit(browser, `${service.url}/new`)
    const { page } = visitor
    await typeIn(page, 'Wait 1 ms\nWait 2 ms')
    await page.getByRole('button', { name: 'Design' }).click()
    await stepOf(page, 'step1').click()
    await panelOf(page, 'step1').getByText('understood as wait').waitFor()
    await panelOf(page, 'step1').getByRole('button', { name: 'After', exact: true }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('Wait 3 ms')
    await page.getByRole('dialog').getByRole('textbox').press('Enter')
    await expect.poll(() => writtenIn(page)).toBe('["Wait 1 ms","Wait 3 ms","Wait 2 ms"]')
    await rename(page, 'step2', 'middle')
    await page.getByText('It became YAML').waitFor()
    const yaml = '- Wait 1 ms\n- id: middle\n  uses: wait\n  with: { for: 3ms }\n- Wait 2 ms\n'
    await expect.poll(() => writtenIn(page)).toBe(yaml)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => writtenIn(page)).toBe('["Wait 1 ms","Wait 3 ms","Wait 2 ms"]')
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => writtenIn(page)).toBe('["Wait 1 ms","Wait 2 ms"]')
  })
})

test('a saved workflow is changed, and saved as its version 2', async () => {
  const path = '/v1/workflows/nightly'
  const definition = { name: 'nightly', steps: [{ id: 'one', uses: 'wait', with: { for: '1ms' } }] }
  await fetch(service.url + path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definition),
  })
  await using visitor = await visit(browser, `${service.url}/workflows/nightly`)
  const { page, complaints } = visitor
  await page.getByRole('link', { name: 'Change' }).click()
  await stepOf(page, 'one').click()
  await panelOf(page, 'one').getByRole('button', { name: 'Duplicate' }).click()
  await panelOf(page, 'one2').getByLabel('Only when', { exact: true }).fill('true')
  await panelOf(page, 'one2').getByLabel('Only when', { exact: true }).press('Enter')
  await panelOf(page, 'one2').getByText('As YAML').click()
  await panelOf(page, 'one2')
    .getByLabel('The step as YAML')
    .fill('id: two\nuses: wait\nwith: { for: 2ms }\nwhen: "true"')
  await panelOf(page, 'one2').getByRole('button', { name: 'Take over' }).click()
  await panelOf(page, 'two').waitFor()
  await page.getByRole('button', { name: 'Save version 2' }).click()
  await page.waitForURL(/workflows\/nightly$/)
  await page.getByText('saved').first().waitFor()
  expect(await json(service.get(path))).toMatchObject({
    version: 2,
    definition: {
      ...definition,
      steps: [...definition.steps, { id: 'two', uses: 'wait', with: { for: '2ms' }, when: 'true' }],
    },
  })
  expect(complaints).toEqual([])
})

test('what was designed is saved under a name', async () => {
  await using visitor = await visit(browser, `${service.url}/new?view=design`)
  const { page } = visitor
  await page.getByRole('button', { name: 'Add step' }).click()
  await pick(page, 'Wait 1 ms')
  await page.getByRole('button', { name: 'Save as workflow' }).click()
  await page.getByLabel('Saved under the name').fill('drawn')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.waitForURL(/workflows\/drawn/)
  expect(await json(service.get('/v1/workflows/drawn'))).toMatchObject({
    version: 1,
    definition: ['Wait 1 ms'],
  })
})

test.each([
  ['light', 1280],
  ['dark', 380],
] as const)('no barrier, and it fits: %s, %i wide', async (scheme, width) => {
  await using visitor = await visit(browser, `${service.url}/new?view=design`, { scheme, width })
  const { page, complaints } = visitor
  expect(await barriers(page)).toEqual([])
  await page.getByLabel('Begin with').selectOption('A condition')
  await stepOf(page, 'check').click()
  await panelOf(page, 'check').waitFor()
  await expectFits(page)
  expect(await barriers(page)).toEqual([])
  await panelOf(page, 'check').getByRole('button', { name: 'After', exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await expectFits(page)
  expect(await barriers(page)).toEqual([])
  await pick(page, 'approval')
  await stepOf(page, 'approval').click()
  expect(await linksIn(page)).toMatchObject({ approval: ['big', 'check', 'small'] })
  expect(complaints).toEqual([])
})
