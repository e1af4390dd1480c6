import { createHash, randomBytes } from 'node:crypto'

const SECRET_BYTES = 24
const HINT_CHARS = 4

/** What a secret looks like that was made here. */
export const secretPattern = /^sk_[\w-]{32}$/

/** A new secret. */
export function newSecret(): string {
  return `sk_${randomBytes(SECRET_BYTES).toString('base64url')}`
}

/** What is kept of a secret, in hex. Random ones need no slow hash. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** What people recognise a secret by. */
export function hintOf(secret: string): string {
  return secret.slice(-HINT_CHARS)
}
