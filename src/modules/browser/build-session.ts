import type { Browser } from 'playwright-core'
import type { Clock } from '../../clock.ts'
import { within } from '../../within.ts'
import type { Egress } from './egress.ts'
import { defaultViewport, openContext } from './open-context.ts'
import type { FoundState, SavedStates, StateOwner } from './saved-state.ts'
import { SessionContext } from './session-context.ts'
import type { BrowserOptions, BrowserSessionRequest } from './types.ts'
import { recordVideos, type Videos } from './video.ts'

export interface BuildSessionOptions {
  readonly browser: Browser
  readonly egress: Egress
  /** Where traces are written before they are read. */
  readonly folder: string
  readonly owner: StateOwner
  readonly states: SavedStates
  readonly clock: Clock
  readonly wanted: BrowserOptions
  readonly found: FoundState
  readonly keepVideo: BrowserSessionRequest['keepVideo']
  readonly onIdle: () => void
  readonly onLost: () => void
  readonly onFault: (error: unknown) => void
}

/** A session's context, and what goes with it. */
export interface BuiltSession {
  readonly context: SessionContext
  /** Takes the videos from now on. */
  keepVideo: BrowserSessionRequest['keepVideo']
  close(): Promise<void>
}

/** Of one attempt so many refusals are told: a page may ask for thousands of things. */
const MAX_BLOCKED_NOTES = 50

/** How long the end of a context waits for its videos. */
const VIDEO_TIMEOUT_MS = 20_000

/** Opens the context of a session, with its way out, its tabs as they were saved, and its films. */
export async function buildSession(options: BuildSessionOptions): Promise<BuiltSession> {
  const { browser, egress, wanted, found, onFault } = options
  const told = new Set<string>()
  let context: SessionContext | undefined
  const gate = egress.admit({
    allow: wanted.allow,
    onBlocked(url, reason) {
      if (told.has(url) || told.size >= MAX_BLOCKED_NOTES) return
      told.add(url)
      context?.tell({ kind: 'blocked', url, reason })
    },
  })
  await using undo = new AsyncDisposableStack()
  undo.defer(() => gate.close())
  const opened = await openContext({ browser, egress, gate, options: wanted, saved: found.state })
  undo.defer(() => opened.close())
  context = new SessionContext({
    ...options,
    context: opened,
    savedVersion: found.version,
    onIdle() {
      told.clear()
      options.onIdle()
    },
    onLost() {
      gate.close()
      options.onLost()
    },
  })
  if (found.state !== undefined) await context.restore(found.state)
  const built: BuiltSession & { videos?: Videos } = {
    context,
    keepVideo: options.keepVideo,
    async close() {
      await within(
        options.clock,
        VIDEO_TIMEOUT_MS,
        built.videos?.stop() ?? Promise.resolve(),
        undefined,
      )
      await built.context.close()
      gate.close()
    },
  }
  if (wanted.video === true) {
    built.videos = await recordVideos({
      browser,
      context: opened,
      size: wanted.viewport ?? defaultViewport,
      keep: async (video) => built.keepVideo?.(video),
      onFault,
    })
  }
  undo.move()
  return built
}
