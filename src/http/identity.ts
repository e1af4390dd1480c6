import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ConfigError } from '../config.ts'
import { StepstreamError } from '../errors.ts'
import type { Store } from '../store/types.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose sessions the request may see. */
    tenant: string
    /** The name of the key it was made with; undefined where none is needed. */
    keyName: string | undefined
    /** Whether it came without the key that it would need elsewhere. */
    isStranger: boolean
  }
  interface FastifyContextConfig {
    /** The route lets in those without a key, and sees for itself whom it has before it. */
    takesStrangers?: boolean
  }
}

/** Everything belongs to this tenant until keys say otherwise. */
export const DEFAULT_TENANT = 'default'

const FIRST_KEY_SETTING = 'firstKeyHash'

interface Key {
  readonly name: string
  readonly hash: Buffer
}

/** Who may call: the keys of the settings, or the one made at the first start. */
export interface Keys {
  /** The name of the key a secret belongs to. */
  find(secret: string): string | undefined
  /** The secret of a key that was made just now; it is not kept and cannot be shown again. */
  readonly made: string | undefined
}

/**
 * Reads the keys of the settings (`name:secret` pairs); with none, takes the key made at the first
 * start, and makes it if this is the first.
 * @throws ConfigError when a pair is not `name:secret`, or a secret is shorter than 16 characters
 */
export async function openKeys(pairs: readonly string[], store: Store): Promise<Keys> {
  if (pairs.length > 0) return keysOf(pairs.map(readPair), undefined)
  const secret = `sk_${randomBytes(24).toString('base64url')}`
  const mine = hashOf(secret).toString('hex')
  const hash =
    (await store.getSetting(FIRST_KEY_SETTING)) ??
    (await store.initSetting(FIRST_KEY_SETTING, mine))
  const first = { name: 'first', hash: Buffer.from(hash, 'hex') }
  return keysOf([first], hash === mine ? secret : undefined)
}

function keysOf(keys: readonly Key[], made: string | undefined): Keys {
  return {
    made,
    find(secret) {
      const hash = hashOf(secret)
      // Every key is compared, so that the time taken tells nothing.
      return keys.filter((key) => timingSafeEqual(key.hash, hash))[0]?.name
    },
  }
}

function readPair(pair: string): Key {
  const colon = pair.indexOf(':')
  const secret = pair.slice(colon + 1)
  if (colon < 1 || secret.length < 16) {
    throw new ConfigError(
      'API_KEYS=(hidden) is not allowed: it must be name:secret pairs whose secrets have at least 16 characters',
    )
  }
  return { name: pair.slice(0, colon), hash: hashOf(secret) }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Paths that answer without a key: something outside must be able to ask how the service is. */
const open: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** Gives each request its tenant; with keys, refuses those that come without one. */
export function registerIdentity(app: FastifyInstance, keys: Keys | undefined): void {
  app.decorateRequest('tenant', DEFAULT_TENANT)
  app.decorateRequest('keyName', undefined)
  app.decorateRequest('isStranger', false)
  if (keys === undefined) return
  app.addHook('onRequest', async (request) => {
    if (open.has(request.routeOptions.url ?? '') && !isVerbose(request)) return
    const name = keys.find(bearerOf(request))
    request.isStranger = name === undefined
    if (name === undefined && request.routeOptions.config.takesStrangers !== true) {
      throw new StepstreamError(
        'UNAUTHENTICATED',
        'this needs a key: send Authorization: Bearer <key>',
      )
    }
    request.keyName = name
  })
}

/** Whether a probe asks for more than strangers are told. */
export function isVerbose({ query }: FastifyRequest): boolean {
  const { verbose } = (query ?? {}) as { verbose?: unknown }
  return verbose !== undefined && verbose !== 'false'
}

function bearerOf(request: FastifyRequest): string {
  const [scheme, secret] = (request.headers.authorization ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' ? (secret ?? '') : ''
}
