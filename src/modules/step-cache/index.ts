import { StepstreamError } from '../../errors.ts'
import { entryId, entryIdPattern } from './entry-id.ts'
import { type Change, createFolder, type EntryName, type FolderOptions } from './folder.ts'
import { doTheSame, keepable } from './keepable.ts'
import { type CacheRecord, isPending, toEntry } from './record.ts'
import type { CachedSteps, CacheEntries, CacheKey, StepCache } from './types.ts'
import { urlTemplate } from './url-template.ts'

export interface StepCacheOptions extends Pick<FolderOptions, 'store' | 'clock'> {
  /** Of what turns texts into actions, the grammar or the prompt: another one finds nothing that was kept. */
  readonly version: string
  /** How long what nobody uses is kept. */
  readonly ttlMs: number
  /** How many entries a tenant may have; those unused for longest give way. @default 2000 */
  readonly maxEntries?: number
  /** Whether the value of a secret is in a text. */
  readonly holdsSecret: (text: string) => boolean
}

const MAX_ENTRIES = 2000

/** How long a sequence may be, in characters of JSON. */
const MAX_CHARS = 64 * 1024

/** After so many failures in a row it goes. */
const MAX_FAILURES = 2

export function createStepCache(options: StepCacheOptions): StepCache & CacheEntries {
  const { clock, version, holdsSecret } = options
  const folder = createFolder({ maxEntries: MAX_ENTRIES, ...options })

  return {
    async get(key) {
      const record = await folder.find(nameOf(key))
      return record === undefined || isPending(record) ? undefined : record.steps
    },
    async put(key, steps) {
      const kept = readied(key, steps)
      if (kept === undefined) return 'refused'
      await folder.change(nameOf(key), (held) => found(key, kept, held?.record))
      return 'stored'
    },
    async worked(key, healed) {
      const steps = healed && readied(key, healed)
      // What worked cannot be kept, and what is kept did not work as it is.
      if (healed !== undefined && steps === undefined) return
      await folder.change(nameOf(key), (held) => replayed(key, steps, held?.record))
    },
    async failed(key, steps) {
      let isOver = false
      await folder.change(nameOf(key), (held): Change => {
        isOver = false
        if (held?.record === undefined) return 'leave'
        const { document, record } = held
        if (steps !== undefined && !doTheSame(steps, record.steps)) return 'leave'
        const failures = record.failures + 1
        isOver = failures >= MAX_FAILURES
        return isOver
          ? 'remove'
          : { record: { ...record, failures }, lastUsedAt: document.createdAt }
      })
      return isOver
    },
    async list(tenant, after, limit) {
      return (await folder.list(tenant, after, limit)).flatMap(toEntry)
    },
    async remove(tenant, id) {
      if (entryIdPattern.test(id) && (await folder.remove({ tenant, id }))) return
      const message = `there is no entry ${id.slice(0, 64)}`
      throw new StepstreamError('CACHE_ENTRY_NOT_FOUND', message)
    },
    clear: (tenant) => folder.clear(tenant),
  }

  function nameOf(key: CacheKey): EntryName {
    return { tenant: key.tenant, id: entryId(key, version) }
  }

  function readied(key: CacheKey, steps: CachedSteps): CachedSteps | undefined {
    const kept = keepable(key, steps, holdsSecret)
    return kept === undefined || JSON.stringify(kept).length > MAX_CHARS ? undefined : kept
  }

  /** The same as before confirms it; anything else takes its place. */
  function found(key: CacheKey, steps: CachedSteps, before: CacheRecord | undefined): Change {
    if (before === undefined || !doTheSame(before.steps, steps))
      return { record: fresh(key, steps) }
    const confirmations = before.confirmations + 1
    return { record: { ...before, steps, confirmations, failures: 0 } }
  }

  /** What worked stays found as it was; healed it takes the place of what did not. */
  function replayed(
    key: CacheKey,
    healed: CachedSteps | undefined,
    before: CacheRecord | undefined,
  ): Change {
    if (before === undefined) return healed === undefined ? 'leave' : { record: fresh(key, healed) }
    const isSame = healed === undefined || doTheSame(before.steps, healed)
    const record = {
      ...before,
      steps: healed ?? before.steps,
      confirmations: isSame ? before.confirmations : 1,
    }
    return { record: { ...record, hits: before.hits + 1, failures: 0 } }
  }

  function fresh(key: CacheKey, steps: CachedSteps): CacheRecord {
    return {
      text: key.text,
      url: urlTemplate(key.url),
      steps,
      confirmations: 1,
      hits: 0,
      failures: 0,
      createdAt: clock.now(),
    }
  }
}
