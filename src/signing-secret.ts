import { Webhook } from 'standardwebhooks'
import { StepstreamError } from './errors.ts'

const ENCODED = 'whsec_'

/**
 * What signs and verifies with a secret by Standard Webhooks. One that begins with `whsec_` is the
 * base64 of the key; any other is the key itself, as text.
 * @throws StepstreamError UNKNOWN_SECRET
 */
export function signerOf(secretName: string, secret: string): Webhook {
  try {
    return secret.startsWith(ENCODED)
      ? new Webhook(secret)
      : new Webhook(Buffer.from(secret), { format: 'raw' })
  } catch {
    // Its own message might tell the secret.
    const message = `the secret "${secretName}" is empty, or no base64 follows its ${ENCODED}`
    throw new StepstreamError('UNKNOWN_SECRET', message)
  }
}
