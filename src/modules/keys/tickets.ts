import { createHmac, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Store } from '../../store/types.ts'
import { isSame } from './secret.ts'

const SIGNING_KEY_SETTING = 'ticketKey'
const SIGNING_KEY_BYTES = 32
const MAX_TICKET_CHARS = 2000

const claimsSchema = z.tuple([z.string(), z.string().nullable(), z.string(), z.int()])

/** What a ticket says: which session may be read until when, by whose key. */
export interface TicketClaims {
  readonly sessionId: string
  /** Null where no key was needed. */
  readonly keyId: string | null
  readonly tenant: string
  /** ms since the epoch. */
  readonly expiresAt: number
}

/** Writes and reads tickets: nothing is kept of them, since every process signs with the same key. */
export interface Tickets {
  /** @param bond what must still be the same when it is read, beside what it says */
  sign(claims: TicketClaims, bond: string): Promise<string>
  /** What a ticket says, if it was signed here and under that bond. */
  verify(
    ticket: string,
    bondOf: (claims: TicketClaims) => string,
  ): Promise<TicketClaims | undefined>
}

export interface TicketsOptions {
  readonly store: Pick<Store, 'getSetting' | 'initSetting'>
}

export function createTickets({ store }: TicketsOptions): Tickets {
  let signingKey: Promise<string> | undefined

  return {
    async sign({ sessionId, keyId, tenant, expiresAt }, bond) {
      const claims = JSON.stringify([sessionId, keyId, tenant, expiresAt])
      const payload = Buffer.from(claims).toString('base64url')
      return `tk_${payload}.${signatureOf(payload, bond, await loadKey())}`
    },
    async verify(ticket, bondOf) {
      const [, payload = '', signature = ''] = /^tk_([\w-]+)\.([\w-]+)$/.exec(ticket) ?? []
      if (payload === '' || ticket.length > MAX_TICKET_CHARS) return undefined
      const claims = readClaims(payload)
      if (claims === undefined) return undefined
      const expected = signatureOf(payload, bondOf(claims), await loadKey())
      return isSame(signature, expected) ? claims : undefined
    },
  }

  /** Made by whoever needs it first, once for all processes. */
  function loadKey(): Promise<string> {
    signingKey ??= openKey().catch((error: unknown) => {
      signingKey = undefined
      throw error
    })
    return signingKey
  }

  async function openKey(): Promise<string> {
    const kept = await store.getSetting(SIGNING_KEY_SETTING)
    if (kept !== undefined) return kept
    const made = randomBytes(SIGNING_KEY_BYTES).toString('base64url')
    return store.initSetting(SIGNING_KEY_SETTING, made)
  }
}

function readClaims(payload: string): TicketClaims | undefined {
  const text = Buffer.from(payload, 'base64url').toString()
  const [sessionId, keyId, tenant, expiresAt] = claimsSchema.safeParse(parse(text)).data ?? []
  if (sessionId === undefined || keyId === undefined) return undefined
  if (tenant === undefined || expiresAt === undefined) return undefined
  return { sessionId, keyId, tenant, expiresAt }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function signatureOf(payload: string, bond: string, key: string): string {
  return createHmac('sha256', key).update(`${payload}\n${bond}`).digest('base64url')
}
