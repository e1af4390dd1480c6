import type { Clock } from '../../clock.ts'
import { type FixedKey, findFixed } from './fixed-keys.ts'
import type { LookUps } from './look-ups.ts'
import { callerOf, lapseOf } from './record.ts'
import { hashOf, secretPattern } from './secret.ts'
import type { SignIns } from './sign-ins.ts'
import type { Tickets } from './tickets.ts'
import type { Admission, Caller, Identified, Key, Keys, Lapse, MadeBy } from './types.ts'
import type { Usage } from './usage.ts'

export interface AdmissionsOptions {
  readonly areNeeded: boolean
  readonly fixed: readonly FixedKey[]
  readonly lookUps: Pick<LookUps, 'bySecret' | 'byName'>
  readonly usage: Pick<Usage, 'note'>
  readonly tickets: Tickets
  readonly signIns: SignIns
  readonly clock: Pick<Clock, 'now'>
}

/** Finds a key as it is now. */
type Find = () => Promise<Key | undefined>

/** Who is let in by a secret or a ticket, or by what was made with a key: see `Keys`. */
export function createAdmissions({
  areNeeded,
  fixed,
  lookUps,
  usage,
  tickets,
  signIns,
  clock,
}: AdmissionsOptions): Pick<
  Keys,
  | 'identify'
  | 'issueTicket'
  | 'admitTicket'
  | 'signIn'
  | 'admitSignIn'
  | 'signOut'
  | 'maker'
  | 'bondOf'
> {
  return {
    identify,
    async signIn(secret, ttlMs) {
      const found = await identify(secret)
      if (typeof found !== 'object') return found
      const { caller } = found
      const expiresAt = Math.min(clock.now() + ttlMs, caller.expiresAt ?? Number.MAX_SAFE_INTEGER)
      return { token: await signIns.begin({ hash: hashOf(secret), expiresAt }), caller, expiresAt }
    },
    async admitSignIn(token) {
      const record = await signIns.find(token)
      if (record === undefined) return undefined
      const { hash, expiresAt } = record
      if (expiresAt <= clock.now()) return 'expired'
      const known = findFixed(fixed, hash)
      const found = known ?? (await admit(() => lookUps.bySecret(hash), hash))
      return typeof found === 'object' ? whileSignedIn(until(found, expiresAt), token) : found
    },
    signOut: (token) => signIns.end(token),
    async issueTicket(caller, sessionId, ttlMs) {
      const keyId = caller?.keyId ?? null
      const tenant = caller?.tenant ?? ''
      const expiresAt = Math.min(clock.now() + ttlMs, caller?.expiresAt ?? Number.MAX_SAFE_INTEGER)
      const claims = { sessionId, keyId, tenant, expiresAt }
      return { ticket: await tickets.sign(claims, bondOf(claims)), expiresAt }
    },
    async admitTicket(ticket, sessionId) {
      const claims = await tickets.verify(ticket, bondOf)
      if (claims === undefined || claims.sessionId !== sessionId) return undefined
      if (claims.expiresAt <= clock.now()) return 'expired'
      const holder = await holderOf(claims)
      return typeof holder === 'object' ? toReader(holder, claims.expiresAt) : holder
    },
    async maker(made) {
      if (made.keyId === null && !areNeeded) return {}
      const holder = await holderOf(made)
      return typeof holder === 'object' ? { name: holder.caller.name } : holder
    },
    bondOf,
  }

  async function identify(secret: string): Promise<Identified> {
    const hash = hashOf(secret)
    const known = findFixed(fixed, hash)
    if (known !== undefined) return { caller: known.caller }
    return secretPattern.test(secret) ? admit(() => lookUps.bySecret(hash), hash) : undefined
  }

  /** @param hash of the secret that it came with; absent: with none */
  async function admit(find: Find, hash?: string): Promise<Identified> {
    const key = await find()
    if (key === undefined) return undefined
    const lapse = lapseOf(key, hash, clock.now())
    if (lapse !== undefined) return lapse
    usage.note(key)
    return { caller: callerOf(key), permit: { lapse: () => lapseNow(find, hash) } }
  }

  async function lapseNow(find: Find, hash?: string): Promise<Lapse | undefined> {
    const key = await find()
    return key === undefined ? 'revoked' : lapseOf(key, hash, clock.now())
  }

  /** Whose key something was made with, if it opens anything now. */
  async function holderOf({ keyId, tenant }: MadeBy): Promise<Identified> {
    const known = fixedOf(keyId)
    if (known !== undefined) return { caller: known.caller }
    return keyId === null ? undefined : admit(() => lookUps.byName({ tenant, id: keyId }))
  }

  /** Whoever has a ticket reads, and no longer than it says. */
  function toReader({ caller, permit }: Admission, expiresAt: number): Admission {
    const reader: Caller = { ...caller, scopes: new Set(['read'] as const), expiresAt }
    return until({ caller: reader, ...(permit === undefined ? {} : { permit }) }, expiresAt)
  }

  /** No longer than that, and no longer than the key. */
  function until({ caller, permit }: Admission, expiresAt: number): Admission {
    const lapse = async () => (expiresAt <= clock.now() ? 'expired' : permit?.lapse())
    return { caller, permit: { lapse } }
  }

  /** No longer than until they sign out. */
  function whileSignedIn({ caller, permit }: Admission, token: string): Admission {
    const lapse = async () =>
      (await signIns.find(token)) === undefined ? 'revoked' : permit?.lapse()
    return { caller, permit: { lapse } }
  }

  /** A key of the settings has no other way to be revoked than another secret: what it made ends with that. */
  function bondOf({ keyId }: Pick<MadeBy, 'keyId'>): string {
    return fixedOf(keyId)?.hash ?? ''
  }

  function fixedOf(keyId: string | null): FixedKey | undefined {
    return fixed.find(({ caller }) => caller.keyId === keyId)
  }
}
