import type { Browser, BrowserContext } from 'playwright-core'
import { StepstreamError } from '../../errors.ts'
import type { Chromium } from './find-chromium.ts'
import { type PrivateFolder, removeFolder } from './private-folder.ts'

export interface SharedBrowserOptions {
  readonly chromium: Chromium
  readonly folder: () => Promise<PrivateFolder>
  /** The proxy that all of it goes through, without credentials: what is of no context gets nowhere. */
  readonly proxy: () => Promise<string>
  /** The service's own `PATH`; of its environment the browser sees nothing else. */
  readonly searchPath: string
  readonly onWarning: (message: string) => void
}

/** The one browser process, started when it is first needed, and again after it has gone. */
export interface SharedBrowser {
  /** @throws StepstreamError BROWSER_UNAVAILABLE */
  get(): Promise<Browser>
  /** Ends the process, if there is one; `get` starts another. */
  stop(): Promise<void>
}

/** Generous: on a busy machine a start that takes 0.1 s takes seconds. */
const LAUNCH_TIMEOUT_MS = 60_000

/** Chromium adds 44 characters, and the path of a socket has at most 103 (macOS) or 107 (Linux). */
const MAX_TMPDIR = 103 - 44

const args = [
  '--disable-gpu',
  // WebRTC sends UDP past every proxy. The first is what a headless shell reads, the second what Chrome
  // and Chromium read, and each takes no notice of the other's.
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  // The proxy looks names up, and the browser none, whatever way past the proxy it may find.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--dns-prefetch-disable',
]

export function createSharedBrowser(options: SharedBrowserOptions): SharedBrowser {
  const { chromium, onWarning } = options
  let started: Promise<Browser> | undefined
  let profiles = 0
  let hasSandbox = true

  return {
    get() {
      started ??= start().catch((error: unknown) => {
        started = undefined
        throw unavailable(error)
      })
      return started
    },
    async stop() {
      const running = started
      started = undefined
      // One that did not start was told to whoever asked for it.
      const browser = await running?.catch(() => undefined)
      await browser?.close()
    },
  }

  async function start(): Promise<Browser> {
    const program = await chromium.locate()
    const folder = await options.folder()
    profiles += 1
    const profile = await folder.sub(`profile-${profiles}`)
    const context = await launch(program, folder, profile)
    const browser = context.browser()
    if (browser === null) throw new Error('Chromium was started without a browser')
    browser.once('disconnected', () => {
      started = undefined
      // What is left is removed with the folder.
      removeFolder(profile).catch((error) => onWarning(`${profile} is left: ${error}`))
    })
    // Its own context has one page from the start, which nobody needs.
    await Promise.all(context.pages().map((page) => page.close()))
    return browser
  }

  /** Chromium's sandbox needs a user without privileges, and user namespaces: whether that is so shows only when it starts. */
  async function launch(
    program: string,
    folder: PrivateFolder,
    profile: string,
  ): Promise<BrowserContext> {
    if (!hasSandbox) return launchWith(program, folder, profile)
    try {
      return await launchWith(program, folder, profile)
    } catch (error) {
      if (!/sandbox|namespace/i.test(String(error))) throw error
      hasSandbox = false
      const context = await launchWith(program, folder, profile)
      onWarning(
        'Chromium runs without its sandbox, which needs a user other than root and user namespaces',
      )
      return context
    }
  }

  async function launchWith(
    program: string,
    folder: PrivateFolder,
    profile: string,
  ): Promise<BrowserContext> {
    // A third of a second and 80 MB, which only the first browser step should cost.
    const playwright = await import('playwright-core')
    // A profile of our own choice is what a persistent context is for; sessions have contexts of their own.
    return playwright.chromium.launchPersistentContext(profile, {
      executablePath: program,
      args,
      chromiumSandbox: hasSandbox,
      proxy: { server: await options.proxy(), bypass: '<-loopback>' },
      env: {
        PATH: options.searchPath,
        HOME: profile,
        // Where a longer one would leave no room for a socket's name, it is the machine's.
        ...(profile.length > MAX_TMPDIR ? {} : { TMPDIR: profile }),
      },
      artifactsDir: folder.path,
      downloadsPath: folder.path,
      tracesDir: folder.path,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: LAUNCH_TIMEOUT_MS,
    })
  }
}

function unavailable(error: unknown): StepstreamError {
  if (error instanceof StepstreamError) return error
  return new StepstreamError('BROWSER_UNAVAILABLE', `Chromium did not start: ${reasonOf(error)}`, {
    cause: error,
  })
}

/** Playwright's message is pages long, with every argument; what the program said is what matters. */
function reasonOf(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error)
    .split('\n')
    .map((line) => line.replace(/^.*\[err\]/, '').trim())
    .filter(Boolean)
  const said = lines.find((line) => /FATAL|error while loading|ENOENT|EACCES/.test(line))
  return (said ?? lines[0] ?? 'no reason was given').slice(0, 500)
}
