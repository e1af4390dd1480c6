import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Folder } from './folder.ts'
import type { Key } from './types.ts'

/** How exactly it is known when a key was last used. */
const GRAIN_MS = 60_000

/** Keys whose last note is remembered; more are asked about again. */
const MAX_REMEMBERED = 10_000

export interface UsageOptions {
  readonly folder: Pick<Folder, 'change'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** Keeps when keys were last used, behind the requests. */
export interface Usage {
  note(key: Key): void
  /** Resolves when all that was noted is written. */
  flush(): Promise<void>
}

export function createUsage({ folder, clock, log }: UsageOptions): Usage {
  const noted = new Map<string, number>()
  const pending = new Set<Promise<void>>()

  return {
    note(key) {
      const now = clock.now()
      const last = Math.max(key.lastUsedAt ?? 0, noted.get(key.id) ?? 0)
      if (last > now - GRAIN_MS) return
      if (noted.size >= MAX_REMEMBERED) noted.clear()
      noted.set(key.id, now)
      const writing = write(key, now)
        .catch((error: unknown) =>
          log.warn({ err: error, keyId: key.id }, 'the use of a key could not be noted'),
        )
        .finally(() => pending.delete(writing))
      pending.add(writing)
    },
    async flush() {
      await Promise.all(pending)
    },
  }

  async function write(key: Key, now: number): Promise<void> {
    await folder.change(key, (current) =>
      (current.lastUsedAt ?? 0) > now - GRAIN_MS ? current : { ...current, lastUsedAt: now },
    )
  }
}
