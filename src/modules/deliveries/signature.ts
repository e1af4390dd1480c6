import { StepstreamError } from '../../errors.ts'
import { signerOf } from '../../signing-secret.ts'

/**
 * The headers of a signed call (Standard Webhooks).
 * @throws StepstreamError UNKNOWN_SECRET
 */
export function signatureOf(
  secretName: string,
  secrets: ReadonlyMap<string, string>,
  message: { readonly id: string; readonly at: number; readonly body: string },
): Record<string, string> {
  const secret = secrets.get(secretName)
  if (secret === undefined) {
    throw new StepstreamError('UNKNOWN_SECRET', `there is no secret "${secretName}"`)
  }
  const { id, at, body } = message
  return { 'webhook-signature': signerOf(secretName, secret).sign(id, new Date(at), body) }
}
