import { StepstreamError } from '../../errors.ts'
import type { ClientCredentials, OAuthTokens } from './oauth-tokens.ts'
import type { ExecutorContext } from './types.ts'
import type { WebhookAuth } from './webhook-input.ts'

/** The headers that authenticate a request. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  /** Texts derived from secrets, which must not show in an output. */
  readonly concealed: readonly string[]
  /** Says that the other side refused them; true when fresh ones are worth a try. */
  refused(): boolean
}

/**
 * Turns `auth` into headers; secrets are read by name.
 * @throws StepstreamError UNKNOWN_SECRET, AUTHENTICATION_FAILED
 */
export async function authenticate(
  auth: WebhookAuth | undefined,
  tokens: OAuthTokens,
  context: ExecutorContext,
): Promise<Credentials> {
  const secret = (name: string): string => readSecret(name, context)
  if (auth?.basic) {
    const { username, passwordSecret } = auth.basic
    const pair = Buffer.from(`${username}:${secret(passwordSecret)}`).toString('base64')
    return fixed({ authorization: `Basic ${pair}` }, [pair])
  }
  if (auth?.bearer) return fixed({ authorization: `Bearer ${secret(auth.bearer.secret)}` })
  if (auth?.apiKey) {
    return fixed({ [auth.apiKey.header.toLowerCase()]: secret(auth.apiKey.secret) })
  }
  if (auth?.oauth2) {
    const { clientSecretSecret, ...client } = auth.oauth2
    return withToken({ ...client, clientSecret: secret(clientSecretSecret) }, tokens, context)
  }
  return fixed({})
}

/** The secrets that `auth` names, each with its place. */
export function secretsOf(auth: WebhookAuth): readonly { path: string[]; name: string }[] {
  const { basic, bearer, apiKey, oauth2 } = auth
  return [
    ...(basic ? [{ path: ['basic', 'passwordSecret'], name: basic.passwordSecret }] : []),
    ...(bearer ? [{ path: ['bearer', 'secret'], name: bearer.secret }] : []),
    ...(apiKey ? [{ path: ['apiKey', 'secret'], name: apiKey.secret }] : []),
    ...(oauth2
      ? [{ path: ['oauth2', 'clientSecretSecret'], name: oauth2.clientSecretSecret }]
      : []),
  ]
}

async function withToken(
  client: ClientCredentials,
  tokens: OAuthTokens,
  context: ExecutorContext,
): Promise<Credentials> {
  const token = await unlessAborted(tokens.get(client, context.now()), context.signal)
  return {
    headers: { authorization: `Bearer ${token.value}` },
    concealed: [token.value],
    refused() {
      tokens.forget(client, token)
      return true
    },
  }
}

function fixed(
  headers: Readonly<Record<string, string>>,
  concealed: readonly string[] = [],
): Credentials {
  return { headers, concealed, refused: () => false }
}

function readSecret(name: string, context: ExecutorContext): string {
  const value = context.secret(name)
  if (value !== undefined) return value
  throw new StepstreamError('UNKNOWN_SECRET', `There is no secret "${name}"`)
}

/** Stops waiting when the attempt is aborted; others may go on waiting for the same promise. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('the attempt was aborted'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
