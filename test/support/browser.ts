import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type BrowsersOptions, createBrowsers } from '../../src/modules/browser/index.ts'
import type {
  BrowserNote,
  BrowserOptions,
  BrowserSession,
  Browsers,
} from '../../src/modules/browser/types.ts'
import { createOutbound, type OutboundOptions } from '../../src/modules/outbound/index.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'

/** The Chromium of this run: the machine's, or the one that a development dependency brings along, unpacked once for all. */
export async function chromiumPath(): Promise<string> {
  const response = await fetch(`${inject('postgresBroker')}/chromium`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}

/** The settings by which a service of a test has a browser. */
export async function browserSettings(): Promise<{ readonly CHROMIUM_PATH: string }> {
  return { CHROMIUM_PATH: await chromiumPath() }
}

export interface TestBrowsers extends AsyncDisposable {
  readonly browsers: Browsers
  /** Below it are the profiles, downloads, traces and videos. */
  readonly tempDir: string
  /** What was warned of. */
  readonly warnings: readonly string[]
  /** A session of this id, as a step opens it. */
  open(sessionId?: string, options?: BrowserOptions, signal?: AbortSignal): Promise<BrowserSession>
  /** The process ids of the browser, without those of others. */
  processes(): Promise<readonly number[]>
  /** The browser process itself. */
  mainProcess(): Promise<number>
}

/** Browsers of our own, that may reach private addresses; `outbound` says otherwise. They end with the test. */
export async function testBrowsers(
  options: Partial<BrowsersOptions> & { readonly guard?: Partial<OutboundOptions> } = {},
): Promise<TestBrowsers> {
  const tempDir = await mkdtemp(join(tmpdir(), 'browsers-'))
  const outbound = createOutbound({
    allowPrivate: true,
    allow: [],
    requestTimeoutMs: 10_000,
    connectTimeoutMs: 10_000,
    ...options.guard,
  })
  const store = createMemoryStore()
  const warnings: string[] = []
  const browsers = await createBrowsers({
    configured: await chromiumPath(),
    searchPath: process.env['PATH'] ?? '',
    outbound,
    store,
    clock: systemClock,
    log: { warn: (...said: unknown[]) => void warnings.push(said.map(String).join(' ')) },
    maxContexts: 20,
    idleMs: 300_000,
    tempDir,
    ...options,
  })
  const own = () => processesOf(tempDir)
  return {
    browsers,
    tempDir,
    warnings,
    open: (sessionId = 'ses_1', wanted = {}, signal = new AbortController().signal) =>
      browsers.open({ tenant: 'default', sessionId, options: wanted, signal }),
    processes: async () => (await own()).map(({ pid }) => pid),
    async mainProcess() {
      const main = (await own()).find(({ command }) => !command.includes('--type='))
      if (main === undefined) throw new Error('no browser runs')
      return main.pid
    },
    async [Symbol.asyncDispose]() {
      await browsers.close()
      await outbound.close()
      await store.close()
      await rm(tempDir, { recursive: true, force: true })
    },
  }
}

/** What a session is told from now on. */
export function notesOf(session: BrowserSession): BrowserNote[] {
  const notes: BrowserNote[] = []
  session.onNote((note) => notes.push(note))
  return notes
}

/** Those that have the folder in their command line, or belong to one that has. */
async function processesOf(folder: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; parent: number; command: string }[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    // It may have ended meanwhile.
    const [command, stat] = await Promise.all(
      ['cmdline', 'stat'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    )
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
    // Z: it has ended, and nobody has asked how.
    if (!command || fields[0] === 'Z') continue
    found.push({ pid: Number(name), parent: Number(fields[1]), command })
  }
  const own = new Set(found.filter(({ command }) => command.includes(folder)).map(({ pid }) => pid))
  for (let before = -1; before !== own.size; ) {
    before = own.size
    for (const { pid, parent } of found) if (own.has(parent)) own.add(pid)
  }
  return found.filter(({ pid }) => own.has(pid))
}
