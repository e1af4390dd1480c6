import type { Browser } from 'playwright-core'
import { StepstreamError } from '../../errors.ts'
import type { Outbound } from '../outbound/types.ts'
import { type Egress, startEgress } from './egress.ts'
import type { Chromium } from './find-chromium.ts'
import { makePrivateFolder, type PrivateFolder } from './private-folder.ts'
import { createSharedBrowser } from './shared-browser.ts'

export interface EngineOptions {
  readonly chromium: Chromium
  readonly outbound: Pick<Outbound, 'addresses'>
  /** As `PATH`. */
  readonly searchPath: string
  readonly tempDir: string
  readonly onWarning: (message: string) => void
}

/** What all contexts of this process share. */
export interface Running {
  readonly browser: Browser
  readonly egress: Egress
  readonly folder: PrivateFolder
}

/** The browser with its folder and its way out, made when they are first needed. */
export interface Engine {
  /** @throws StepstreamError BROWSER_UNAVAILABLE */
  start(): Promise<Running>
  /** Ends the browser process; `start` starts another. */
  stop(): Promise<void>
  /** Ends everything, and removes the folder. */
  close(): Promise<void>
}

export function createEngine(options: EngineOptions): Engine {
  let made: Promise<Omit<Running, 'browser'>> | undefined
  const shared = createSharedBrowser({
    ...options,
    folder: async () => (await parts()).folder,
    proxy: async () => (await parts()).egress.url,
  })
  return {
    start: async () => ({ ...(await parts()), browser: await shared.get() }),
    stop: () => shared.stop(),
    async close() {
      await shared.stop()
      // What could not be made was told to whoever needed it.
      const { folder, egress } = (await made?.catch(() => undefined)) ?? {}
      await egress?.close()
      await folder?.remove()
    },
  }

  /** Made once, and again if that failed. */
  function parts(): Promise<Omit<Running, 'browser'>> {
    made ??= make(options).catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

async function make({ tempDir, outbound }: EngineOptions): Promise<Omit<Running, 'browser'>> {
  try {
    const folder = await makePrivateFolder(tempDir)
    return { folder, egress: await startEgress(outbound) }
  } catch (error) {
    throw new StepstreamError(
      'BROWSER_UNAVAILABLE',
      `No browser can be started: ${String(error)}`,
      {
        cause: error,
      },
    )
  }
}
