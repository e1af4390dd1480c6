import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { createSignedTexts, type SignedTextsOptions } from '../../signed-text.ts'
import { refuseUnlessApprover } from './approvers.ts'
import type { Interactions, LinkClaims } from './types.ts'

export interface LinksOptions {
  readonly store: SignedTextsOptions['store']
  readonly clock: Pick<Clock, 'now'>
  readonly open: Interactions['open']
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
  const { store, clock, open } = options
  const texts = createSignedTexts({ store, setting: 'linkKey', prefix: 'al' })

  return {
    async issueLink(claims) {
      const { tenant, interactionId, actor, key, expiresAt } = claims
      const { interaction } = await open(tenant, interactionId)
      if (interaction.kind !== 'approval') {
        const message = `interaction ${interactionId} is one of kind ${interaction.kind}: links are for approvals`
        throw new StepstreamError('INTERACTION_MISMATCH', message)
      }
      refuseUnlessApprover(interaction, claims)
      return texts.sign([tenant, interactionId, actor ?? null, key ?? null, expiresAt])
    },
    async readLink(token, interactionId) {
      const claims = claimsOf(await texts.verify(token))
      if (claims === undefined || claims.interactionId !== interactionId) {
        throw new StepstreamError('LINK_NOT_FOUND', 'this link is not one that was made here')
      }
      if (claims.expiresAt > clock.now()) return claims
      throw new StepstreamError('LINK_EXPIRED', 'the time of this link is over')
    },
  }
}

function claimsOf(content: unknown): LinkClaims | undefined {
  const { data } = contentSchema.safeParse(content)
  if (data === undefined) return undefined
  const [tenant, interactionId, actor, key, expiresAt] = data
  return {
    tenant,
    interactionId,
    ...(actor === null ? {} : { actor }),
    ...(key === null ? {} : { key }),
    expiresAt,
  }
}
