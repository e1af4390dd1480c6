// Makes the pictures of the dashboard that the docs show, from a service of its own with sessions made for them: npm run pictures.
// The reports are not among them: they need days of sessions.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { openEmbedded } from '../src/cli/embedded/open-embedded.ts'
import { createStepstream, type Stepstream } from '../src/client/index.ts'
import { findChromium } from '../src/modules/browser/find-chromium.ts'

const folder = mkdtempSync(join(tmpdir(), 'stepstream-pictures-'))
const images = fileURLToPath(new URL('../docs/images', import.meta.url))

Object.assign(process.env, { COMMANDS: 'sh', LOG_LEVEL: 'silent' })

const shell = (line: string) => ({ uses: 'command', with: { run: ['sh', '-c', line] } })

/** A flaky test: it fails the first time it runs. */
const flaky = `sleep 1; [ -e ${folder}/ran ] || { touch ${folder}/ran; echo "1 test failed" >&2; exit 1; }; echo "212 tests passed"`

const release = {
  name: 'Nightly release',
  labels: { team: 'web', env: 'prod' },
  steps: [
    { id: 'checkout', ...shell('sleep 0.6; echo "HEAD is now at 4f1c2aa"') },
    { id: 'lint', dependsOn: ['checkout'], ...shell('sleep 1.2; echo "no faults"') },
    {
      id: 'unit',
      dependsOn: ['checkout'],
      ...shell(flaky),
      retry: { maxAttempts: 3, delay: '1s' },
    },
    { id: 'build', dependsOn: ['lint', 'unit'], ...shell('sleep 0.6; echo "built 1.1.0"') },
    {
      id: 'review',
      uses: 'approval',
      with: {
        prompt: 'Release 1.1 to production?',
        schema: {
          type: 'object',
          required: ['region'],
          properties: {
            region: { enum: ['eu', 'us'], title: 'Region' },
            everybody: { type: 'boolean', title: 'Notify everybody', default: true },
          },
        },
      },
    },
    { id: 'deploy', uses: 'wait', with: { for: '2s' } },
    { id: 'smoke', ...shell('echo ok') },
  ],
}

const order = `# What the shop does with an order.
name: order
inputs:
  size: { type: integer, default: 12 }
steps:
  - id: fetch
    uses: webhook
    with: { url: https://shop.example/orders }
  - id: check
    uses: condition
    with:
      if: inputs.size > 10
      then: [big]
      else: [small]
  - id: big
    dependsOn: [check]
    uses: approval
    with: { prompt: Shall all of it go out today? }
  - id: small
    dependsOn: [check]
    uses: wait
    with: { for: 1s }
  - id: pack
    dependsOn: [big, small]
    uses: wait
    with: { for: 20m }
`

try {
  await takePictures()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit()

async function takePictures(): Promise<void> {
  await using service = await openEmbedded({ isPassing: true })
  const client = createStepstream({ baseUrl: service.url })
  await ended(client, ['Wait 500 ms', 'Wait 1 second'])
  for (const day of ['Monday', 'Tuesday', 'Wednesday']) {
    const report = { name: `Report of ${day}`, labels: { team: 'finance' }, steps: ['Wait 300 ms'] }
    await ended(client, report)
  }
  await ended(client, { name: 'Backup', steps: [{ id: 'copy', ...shell('exit 3') }] })
  await client.start(['Wait 10 minutes', 'Open https://example.com', 'Click Sign in'])
  const { sessionId } = await client.start(release)
  for await (const { type } of client.follow(sessionId)) if (type === 'interaction.created') break
  // So that there is something to see of the wait on the timeline.
  await pause(8000)

  const configured = process.env['CHROMIUM_PATH'] ?? ''
  const found = await findChromium({ configured, searchPath: process.env['PATH'] ?? '' })
  const browser = await chromium.launch({
    executablePath: await found.locate(),
    args: ['--no-sandbox'],
  })
  const session = `${service.url}/sessions/${sessionId}`
  await take(browser, 'session', `${session}?step=review`, { size: [1360, 860] })
  await take(browser, 'timeline', `${session}?view=timeline`, { size: [1280, 640], dark: true })
  await take(browser, 'log', `${session}?view=log`, { size: [1280, 760] })
  await take(browser, 'sessions', service.url, { size: [1280, 760] })
  await take(browser, 'new', `${service.url}/new`, {
    size: [1280, 720],
    dark: true,
    prepare: write,
  })
  await take(browser, 'designer', `${service.url}/new`, { size: [1280, 860], prepare: design })
  await browser.close()
}

async function ended(client: Stepstream, work: Parameters<Stepstream['start']>[0]): Promise<void> {
  const { sessionId } = await client.start(work)
  await client.result(sessionId)
}

interface Taking {
  readonly size: readonly [width: number, height: number]
  readonly dark?: boolean
  readonly prepare?: (page: Page) => Promise<void>
}

async function take(
  browser: Browser,
  name: string,
  address: string,
  { size: [width, height], dark = false, prepare }: Taking,
): Promise<void> {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  await page.goto(address)
  await prepare?.(page)
  // Graphs are fitted a frame after they are laid out, streams are read on.
  await pause(1500)
  await page.screenshot({ path: join(images, `${name}.png`) })
  await page.close()
}

async function write(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'YAML' }).click()
  await page.locator('.cm-content').fill(order)
  await page.locator('.graph-step').first().waitFor()
}

async function design(page: Page): Promise<void> {
  await write(page)
  await page.getByRole('button', { name: 'Design' }).click()
  await page.locator('.design-step[data-step="check"]').click()
}
