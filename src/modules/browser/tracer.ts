import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'

/** Records a context for one of those that use it at a time; others get nothing. */
export interface Tracer {
  start(who: object): Promise<void>
  /** The recording as a zip, where `keep` asks for it; undefined: it was another's, or is lost with its browser. */
  stop(who: object, keep: boolean): Promise<Uint8Array | undefined>
}

export function createTracer({ tracing }: BrowserContext, folder: string): Tracer {
  let recording: object | undefined
  return {
    async start(who) {
      if (recording !== undefined) return
      recording = who
      await tracing.start({ screenshots: true, snapshots: true })
    },
    async stop(who, keep) {
      if (recording !== who) return undefined
      recording = undefined
      if (!keep) {
        await tracing.stop()
        return undefined
      }
      const path = join(folder, `trace-${randomUUID()}.zip`)
      try {
        await tracing.stop({ path })
        return await readFile(path)
      } finally {
        await rm(path, { force: true })
      }
    },
  }
}
