import { isSame } from '../../is-same.ts'
import type { Document, NewDocument } from '../../store/documents.ts'
import { hashOf, hintOf } from './secret.ts'
import type { Caller, Key, KeyRecord, KeySecret, Lapse, NewKey } from './types.ts'

export const KIND = 'key'

/** How long a key is listed that opens nothing any more. */
const KEEP_ENDED_MS = 30 * 24 * 60 * 60 * 1000

/** How many secrets may open a key at the same time; the oldest gives way. */
const MAX_SECRETS = 10

/** A key that nobody has used. */
export function newRecord(key: NewKey, secret: string): KeyRecord {
  const secrets = [secretOf(secret)]
  return { ...key, revokedAt: null, lastUsedAt: null, secrets }
}

/** The key under another secret; those it has work for so long, none longer than it would have. */
export function rotated(key: Key, secret: string, overlapMs: number, now: number): Key {
  const end = now + overlapMs
  const left = key.secrets
    .map((old) => ({ ...old, until: Math.min(old.until ?? end, end) }))
    .filter(({ until }) => until > now)
  return { ...key, secrets: [...left, secretOf(secret)].slice(-MAX_SECRETS) }
}

/** Why a key opens nothing, or a secret of it: undefined where it does. @param hash absent: of any */
export function lapseOf(key: Key, hash: string | undefined, now: number): Lapse | undefined {
  if (key.revokedAt !== null) return 'revoked'
  if (key.expiresAt !== null && key.expiresAt <= now) return 'expired'
  if (hash === undefined) return undefined
  const secret = key.secrets.find((one) => isSame(one.hash, hash))
  return secret === undefined || (secret.until ?? now + 1) <= now ? 'revoked' : undefined
}

export function callerOf({ id, name, tenant, scopes, queues, expiresAt }: Key): Caller {
  const limits = queues === undefined ? {} : { queues }
  return { keyId: id, name, tenant, scopes: new Set(scopes), expiresAt, ...limits }
}

/** When a key is forgotten; null: not for now. */
export function forgottenAt({ revokedAt, expiresAt }: KeyRecord): number | null {
  const endedAt = revokedAt ?? expiresAt
  return endedAt === null ? null : endedAt + KEEP_ENDED_MS
}

export function toKey({ id, tenant, version, createdAt, body }: Document): Key {
  return { ...(JSON.parse(body) as KeyRecord), id, tenant, version, createdAt }
}

export function toDocument(key: Key): NewDocument {
  const { id, tenant, version: _, createdAt, ...record } = key
  return {
    tenant,
    kind: KIND,
    id,
    body: JSON.stringify(record),
    createdAt,
    dueAt: null,
    sessionId: null,
    expiresAt: forgottenAt(record),
  }
}

function secretOf(secret: string): KeySecret {
  return { hash: hashOf(secret), hint: hintOf(secret), until: null }
}
