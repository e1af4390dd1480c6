import { createHmac, timingSafeEqual } from 'node:crypto'
import { WebhookVerificationError } from 'standardwebhooks'
import { StepstreamError } from '../../errors.ts'
import { signerOf } from '../../signing-secret.ts'
import type { InboundCall } from './types.ts'

type Signed = Pick<InboundCall, 'headers' | 'rawBody'>

/** Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const STANDARD = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

/** Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
const OF_GITHUB = 'x-hub-signature-256'

/**
 * Refuses a call that was not signed with the secret: by Standard Webhooks, within five minutes of
 * its timestamp, or as GitHub does it, whose signatures have no time.
 * @throws StepstreamError INVALID_SIGNATURE
 */
export function verifySignature(secretName: string, secret: string, call: Signed): void {
  const ofGithub = call.headers[OF_GITHUB]
  const isStandard = STANDARD.some((name) => call.headers[name] !== undefined)
  if (isStandard || typeof ofGithub !== 'string') verifyStandard(secretName, secret, call)
  else if (!isGithubSignature(ofGithub, secret, call.rawBody))
    refuse('the signature does not match')
}

function verifyStandard(secretName: string, secret: string, { headers, rawBody }: Signed): void {
  const signed = STANDARD.map((name) => [name, headerOf(headers, name)] as const)
  const signer = signerOf(secretName, secret)
  try {
    signer.verify(rawBody, Object.fromEntries(signed), { jsonParse: false })
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error
    refuse(error.message)
  }
}

function headerOf(headers: Signed['headers'], name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}

function isGithubSignature(signature: string, secret: string, body: string): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function refuse(reason: string): never {
  throw new StepstreamError('INVALID_SIGNATURE', `the call is not signed as it must be: ${reason}`)
}
