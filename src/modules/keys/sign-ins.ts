import { z } from 'zod'
import { createSignedTexts, type SignedTextsOptions } from '../../signed-text.ts'

const claimsSchema = z.tuple([z.string(), z.int()])

/** What a sign-in says: the hash of the secret it was made with, and until when it is good. */
export interface SignInClaims {
  readonly hash: string
  /** ms since the epoch. */
  readonly expiresAt: number
}

/** Writes and reads sign-ins: nothing is kept of them, since every process signs with the same key. */
export interface SignIns {
  sign(claims: SignInClaims): Promise<string>
  verify(text: string): Promise<SignInClaims | undefined>
}

export type SignInsOptions = Pick<SignedTextsOptions, 'store'>

export function createSignIns({ store }: SignInsOptions): SignIns {
  const texts = createSignedTexts({ store, setting: 'signInKey', prefix: 'si' })
  return {
    sign: ({ hash, expiresAt }) => texts.sign([hash, expiresAt]),
    async verify(text) {
      const [hash, expiresAt] = claimsSchema.safeParse(await texts.verify(text)).data ?? []
      return hash === undefined || expiresAt === undefined ? undefined : { hash, expiresAt }
    },
  }
}
