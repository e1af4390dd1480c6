import type { Clock } from '../../clock.ts'
import type { Folder } from './folder.ts'
import type { Key, KeyName } from './types.ts'

/** How long an answer is good: so long a key works on after another process has revoked it. */
const TTL_MS = 2000

/** How many answers are kept. */
const MAX_KEPT = 10_000

/** Finds keys without asking the store each time, and lets several who ask at once wait for one answer. */
export interface LookUps {
  bySecret(hash: string): Promise<Key | undefined>
  byName(name: KeyName): Promise<Key | undefined>
  /** After every change of this process, so that nobody here is let in by what was. */
  forget(): void
}

export interface LookUpOptions {
  readonly folder: Pick<Folder, 'find' | 'findBySecret'>
  readonly clock: Pick<Clock, 'now'>
}

interface Kept {
  readonly askedAt: number
  readonly found: Promise<Key | undefined>
}

export function createLookUps({ folder, clock }: LookUpOptions): LookUps {
  const kept = new Map<string, Kept>()

  return {
    bySecret: (hash) => look(hash, () => folder.findBySecret(hash)),
    byName: ({ tenant, id }) => look(`${tenant} ${id}`, () => folder.find({ tenant, id })),
    forget: () => kept.clear(),
  }

  function look(name: string, ask: () => Promise<Key | undefined>): Promise<Key | undefined> {
    const known = kept.get(name)
    if (known !== undefined && isFresh(known)) return known.found
    const asked = { askedAt: clock.now(), found: ask() }
    // In the order in which they were asked, so that the oldest is the first.
    kept.delete(name)
    kept.set(name, asked)
    asked.found.catch(() => {
      if (kept.get(name) === asked) kept.delete(name)
    })
    const [oldest] = kept.keys()
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
    return asked.found
  }

  function isFresh({ askedAt }: Kept): boolean {
    const age = clock.now() - askedAt
    return age >= 0 && age < TTL_MS
  }
}
