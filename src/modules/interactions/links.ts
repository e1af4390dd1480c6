import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { createSignedTexts, type SignedTextsOptions } from '../../signed-text.ts'
import type { Keys, MadeBy } from '../keys/types.ts'
import { refuseUnlessApprover } from './approvers.ts'
import type { Interactions } from './types.ts'

export interface LinksOptions {
  readonly store: SignedTextsOptions['store']
  readonly keys: Pick<Keys, 'maker' | 'bondOf'>
  readonly clock: Pick<Clock, 'now'>
  readonly open: Interactions['open']
}

/** What a link says, and by whose key. */
interface LinkClaims extends MadeBy {
  readonly interactionId: string
  readonly actor: string | null
  /** ms since the epoch. */
  readonly expiresAt: number
}

const contentSchema = z.tuple([
  z.string(),
  z.string(),
  z.string().nullable(),
  z.string().nullable(),
  z.int(),
])

/** Links by which people without a key decide an approval: nothing is kept of them. */
export function createLinks(options: LinksOptions): Pick<Interactions, 'issueLink' | 'readLink'> {
  const { store, keys, clock, open } = options
  const texts = createSignedTexts({ store, setting: 'linkKey', prefix: 'al' })

  return {
    async issueLink({ tenant, interactionId, actor = null, caller, ttlMs }) {
      const { interaction } = await open(tenant, interactionId)
      if (interaction.kind !== 'approval') {
        const message = `interaction ${interactionId} is one of kind ${interaction.kind}: links are for approvals`
        throw new StepstreamError('INTERACTION_MISMATCH', message)
      }
      refuseUnlessApprover(interaction, { actor: actor ?? undefined, key: caller?.name })
      const keyId = caller?.keyId ?? null
      const expiresAt = Math.min(clock.now() + ttlMs, caller?.expiresAt ?? Number.MAX_SAFE_INTEGER)
      const content = [tenant, interactionId, actor, keyId, expiresAt]
      return { token: await texts.sign(content, keys.bondOf({ keyId })), expiresAt }
    },
    async readLink(token, interactionId) {
      const bondOf = (content: unknown) => {
        const claims = claimsOf(content)
        return claims && keys.bondOf(claims)
      }
      const claims = claimsOf(await texts.verify(token, bondOf))
      if (claims === undefined || claims.interactionId !== interactionId) {
        throw new StepstreamError('LINK_NOT_FOUND', 'this link is not one that was made here')
      }
      const { tenant, actor, expiresAt } = claims
      if (expiresAt <= clock.now()) throw expired('the time of this link is over')
      const maker = await keys.maker(claims)
      if (typeof maker !== 'object') {
        throw expired('the key that this link was made with opens nothing any more')
      }
      return {
        tenant,
        interactionId,
        ...(actor === null ? {} : { actor }),
        ...(maker.name === undefined ? {} : { key: maker.name }),
      }
    },
  }
}

function claimsOf(content: unknown): LinkClaims | undefined {
  const { data } = contentSchema.safeParse(content)
  if (data === undefined) return undefined
  const [tenant, interactionId, actor, keyId, expiresAt] = data
  return { tenant, interactionId, actor, keyId, expiresAt }
}

function expired(message: string): StepstreamError {
  return new StepstreamError('LINK_EXPIRED', message)
}
