import type { Clock } from '../../clock.ts'
import type { Folder } from './folder.ts'
import { createRecent } from './recent.ts'
import type { Key, KeyName } from './types.ts'

/** Finds keys without asking the store each time. */
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

export function createLookUps({ folder, clock }: LookUpOptions): LookUps {
  const recent = createRecent<Key | undefined>(clock)
  return {
    bySecret: (hash) => recent.look(hash, () => folder.findBySecret(hash)),
    byName: ({ tenant, id }) => recent.look(`${tenant} ${id}`, () => folder.find({ tenant, id })),
    forget: () => recent.forget(),
  }
}
