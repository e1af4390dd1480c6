import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/types.ts'
import { createRecent } from './recent.ts'
import { hashOf } from './secret.ts'

/** No tenant is called so: whose a sign-in is, its key says. */
const PLACE = { tenant: ':keys', kind: 'signIn' } as const

const TOKEN_BYTES = 32
const tokenPattern = /^si_[\w-]{43}$/

/** What is kept of a sign-in: the hash of the secret it was made with, and until when it is good. */
export interface SignInRecord {
  readonly hash: string
  /** ms since the epoch. */
  readonly expiresAt: number
}

/** Keeps sign-ins until they expire or somebody signs out; of what stands for one only the hash. */
export interface SignIns {
  /** The text that stands for it. @throws STORAGE_UNAVAILABLE */
  begin(record: SignInRecord): Promise<string>
  /** As it is, or was two seconds ago; undefined where there is none, or no more. @throws STORAGE_UNAVAILABLE */
  find(token: string): Promise<SignInRecord | undefined>
  /** In force at once here, and within seconds in other processes. @throws STORAGE_UNAVAILABLE */
  end(token: string): Promise<void>
}

export interface SignInsOptions {
  readonly store: Pick<Store, 'putDocument' | 'removeDocument' | 'document'>
  readonly clock: Pick<Clock, 'now'>
}

export function createSignIns({ store, clock }: SignInsOptions): SignIns {
  const recent = createRecent<SignInRecord | undefined>(clock)

  return {
    async begin(record) {
      const token = `si_${randomBytes(TOKEN_BYTES).toString('base64url')}`
      await store.putDocument(
        {
          ...PLACE,
          id: hashOf(token),
          body: JSON.stringify(record),
          createdAt: clock.now(),
          dueAt: null,
          sessionId: null,
          expiresAt: record.expiresAt,
        },
        0,
      )
      return token
    },
    async find(token) {
      if (!tokenPattern.test(token)) return undefined
      const id = hashOf(token)
      return recent.look(id, async () => {
        const document = await store.document(PLACE.tenant, PLACE.kind, id)
        return document && (JSON.parse(document.body) as SignInRecord)
      })
    },
    async end(token) {
      if (!tokenPattern.test(token)) return
      const id = hashOf(token)
      try {
        await store.removeDocument(PLACE.tenant, PLACE.kind, id)
      } finally {
        recent.forget(id)
      }
    },
  }
}
