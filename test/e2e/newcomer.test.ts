import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openBrowser, visit } from '../dashboard/support/dashboard.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

/** An installation of all tools and a build, on a machine that is busy with other tests. */
const LIMIT_MS = 600_000

/** As in a terminal of somebody who has only npm: nothing of the npm that runs the tests, or of its project. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm|NODE|VITEST)_/i.test(name)),
  ),
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(`${sep}node_modules${sep}`))
    .join(delimiter),
}

test('a fresh clone shows a green example after npm start', {
  timeout: LIMIT_MS,
}, async (context) => {
  const reason = await whyNotCloned()
  context.skip(reason !== undefined, reason)
  await using browser = await openBrowser()
  const folder = await temporaryFolder()
  const began = performance.now()
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1)

  await run('git', ['clone', '--quiet', pathToFileURL(root).href, folder])
  const cloned = seconds()
  const { address, stop } = await npmStart(folder)
  const open = seconds()
  await using visitor = await visit(browser, address)
  const { page, complaints } = visitor
  await page.getByRole('link', { name: 'New session' }).first().click()
  await page.getByLabel('Begin with').selectOption('Side by side')
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL(/sessions\/ses_/)
  const green = page.locator('.graph-step[data-status="completed"].tone-good')
  await expect.poll(() => green.count(), { timeout: LIMIT_MS }).toBe(4)
  expect(await page.locator('.graph-step').count()).toBe(4)
  console.log(`cloned after ${cloned} s, at ${address} after ${open} s, green after ${seconds()} s`)

  expect(complaints).toEqual([])
  await stop()
  await expect(fetch(address)).rejects.toThrow()
})

/** A release that was unpacked has no history to clone. */
async function whyNotCloned(): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--show-toplevel'], { cwd: root })
    const isOurs = (await realpath(stdout.trim())) === (await realpath(root))
    return isOurs ? undefined : `${root} is no git repository of its own`
  } catch (error) {
    return `${root} cannot be cloned: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stepstream-newcomer-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** What the README says to do; resolves when it has said where the dashboard is. */
async function npmStart(folder: string) {
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...env, PORT: '0', LOG_FORMAT: 'plain' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = once(child, 'close')
  // All that it has started is in its group.
  onTestFinished(async () => {
    if (child.pid !== undefined && child.stdout.closed === false)
      process.kill(-child.pid, 'SIGKILL')
    await closed
  })
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const found = /Dashboard {2}(\S+)\n/.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
    closed.then(([code]) => reject(new Error(`npm start exited with ${code}: ${said}`)), reject)
  })
  return {
    address,
    /** As with a Ctrl-C elsewhere than in a terminal. */
    async stop() {
      child.kill('SIGTERM')
      await closed
    },
  }
}
