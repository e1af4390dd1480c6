import { z } from 'zod'
import { DEFAULT_TENANT, type Key, type MadeKey, scopes } from '../modules/keys/types.ts'

const time = z.iso.datetime()

const fields = {
  keyId: z.string(),
  name: z.string(),
  tenant: z.string(),
  scopes: z.array(z.enum(scopes)),
  queues: z
    .array(z.string())
    .optional()
    .describe('What `work` is limited to; absent where it is not'),
  status: z.enum(['active', 'expired', 'revoked']),
  hint: z.string().describe('The last characters of its secret'),
  createdAt: time,
  createdBy: z.string().nullable().describe('The key that it was made with'),
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable().describe('To the minute'),
  revokedAt: time.nullable(),
  overlapUntil: time.nullable().describe('How long a secret works that was replaced'),
}

export const keyViewSchema = z.object(fields).meta({ id: 'Key' })

export const madeKeySchema = z
  .object({ ...fields, secret: z.string().describe('Shown this once') })
  .meta({ id: 'MadeKey' })

/** @param now tells which have expired, ms since the epoch */
export function keyView(key: Key, now: number): z.infer<typeof keyViewSchema> {
  const { id, name, tenant, queues, createdBy, secrets } = key
  const overlaps = secrets.map(({ until }) => until ?? 0).filter((until) => until > now)
  return {
    keyId: id,
    name,
    tenant,
    scopes: [...key.scopes],
    ...(queues === undefined ? {} : { queues: [...queues] }),
    status: statusOf(key, now),
    hint: secrets.at(-1)?.hint ?? '',
    createdAt: iso(key.createdAt),
    createdBy,
    expiresAt: isoOrNull(key.expiresAt),
    lastUsedAt: isoOrNull(key.lastUsedAt),
    revokedAt: isoOrNull(key.revokedAt),
    overlapUntil: overlaps.length === 0 ? null : iso(Math.max(...overlaps)),
  }
}

export function madeKeyView({ key, secret }: MadeKey, now: number): z.infer<typeof madeKeySchema> {
  return { ...keyView(key, now), secret }
}

/** Where a key is read; those of other tenants by the operator alone. */
export function keyPath({ id, tenant }: Key): string {
  const path = `/v1/keys/${id}`
  return tenant === DEFAULT_TENANT ? path : `${path}?tenant=${tenant}`
}

function statusOf({ revokedAt, expiresAt }: Key, now: number): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
