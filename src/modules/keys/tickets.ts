import { z } from 'zod'
import { createSignedTexts, type SignedTextsOptions } from '../../signed-text.ts'
import type { MadeBy } from './types.ts'

const claimsSchema = z.tuple([z.string(), z.string().nullable(), z.string(), z.int()])

/** What a ticket says: which session may be read until when, by whose key. */
export interface TicketClaims extends MadeBy {
  readonly sessionId: string
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

export type TicketsOptions = Pick<SignedTextsOptions, 'store'>

export function createTickets({ store }: TicketsOptions): Tickets {
  const texts = createSignedTexts({ store, setting: 'ticketKey', prefix: 'tk' })
  return {
    sign: ({ sessionId, keyId, tenant, expiresAt }, bond) =>
      texts.sign([sessionId, keyId, tenant, expiresAt], bond),
    async verify(ticket, bondOf) {
      const content = await texts.verify(ticket, (said) => {
        const claims = claimsOf(said)
        return claims && bondOf(claims)
      })
      return claimsOf(content)
    },
  }
}

function claimsOf(content: unknown): TicketClaims | undefined {
  const [sessionId, keyId, tenant, expiresAt] = claimsSchema.safeParse(content).data ?? []
  if (sessionId === undefined || keyId === undefined) return undefined
  if (tenant === undefined || expiresAt === undefined) return undefined
  return { sessionId, keyId, tenant, expiresAt }
}
