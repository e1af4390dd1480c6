// @module-tag slow

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openBrowser, visit } from '../dashboard/support/dashboard.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

/** An installation of all tools and a build, on a machine that is busy with other tests. */
const LIMIT_MS = 600_000

/** Of the npm that runs the tests; where its cache is stays. */
const ofTheRun = /^(npm_(?!config)|npm_config_local_prefix$|NODE_|VITEST)/

/** As in a terminal of somebody who has npm, and a Node that may be older. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTheRun.test(name))),
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
  const { lap, told } = stopwatch()

  await run('git', ['clone', '--quiet', pathToFileURL(root).href, folder])
  lap('cloned')
  const { address, stop } = await npmStart(folder, {
    'Building the dashboard': () => lap('installed'),
  })
  lap('served')
  await using visitor = await visit(browser, address)
  const { page, complaints } = visitor
  await page.getByRole('link', { name: 'New session' }).first().click()
  await page.getByLabel('Begin with').selectOption('Side by side')
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL(/sessions\/ses_/)
  lap('started')
  const green = page.locator('.graph-step[data-status="completed"].tone-good')
  await expect.poll(() => green.count(), { timeout: LIMIT_MS }).toBe(4)
  lap('green')
  expect(await page.locator('.graph-step').count()).toBe(4)
  expect(complaints).toEqual([])
  await stop()
  await expect(fetch(address)).rejects.toThrow()
  process.stdout.write(`a fresh clone, ${availableParallelism()} cores: ${told()}\n`)
})

/** What has happened after how many seconds. */
function stopwatch() {
  const began = performance.now()
  const laps: string[] = []
  return {
    lap(what: string): void {
      laps.push(`${what} after ${((performance.now() - began) / 1000).toFixed(1)} s`)
    },
    told: () => laps.join(', '),
  }
}

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
  onTestFinished(() => rm(folder, { recursive: true, force: true }), LIMIT_MS)
  return folder
}

/** What the README says to do; resolves when it has said where the dashboard is. @param when called once each, when that was said */
async function npmStart(folder: string, when: Readonly<Record<string, () => void>>) {
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...env, PORT: '0', LOG_FORMAT: 'plain' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = once(child, 'close')
  // All that it has started is in its group, and holds its end of the pipe.
  onTestFinished(async () => {
    if (child.pid !== undefined && !child.stdout.closed) process.kill(-child.pid, 'SIGKILL')
    await closed
  })
  const awaited = new Map(Object.entries(when))
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (text: string) => {
      said += text
      for (const [part, tell] of awaited) {
        if (said.includes(part) && awaited.delete(part)) tell()
      }
      const found = /Dashboard {2}(\S+)\n/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
    closed.then(([code]) => reject(new Error(`npm start exited with ${code}: ${said}`)), reject)
  })
  return {
    address,
    /** Tells npm alone, as a supervisor does; resolves when all of it is gone. */
    async stop() {
      child.kill('SIGTERM')
      await closed
    },
  }
}
