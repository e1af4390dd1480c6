import type { FastifyInstance, FastifyRequest } from 'fastify'
import { StepstreamError } from '../errors.ts'
import {
  type Caller,
  DEFAULT_TENANT,
  type Identified,
  type Keys,
  type Permit,
  tenantPattern,
} from '../modules/keys/types.ts'
import { neededScope, refuseBeyondScope, requireScopes } from './scopes.ts'
import { refuseForged, signInOf } from './sign-in-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose sessions the request may see. */
    tenant: string
    /** Whose key it came with; undefined where none is needed, and for strangers. */
    caller: Caller | undefined
    /** How long what it opens may stay open; undefined: as long as it wants. */
    permit: Permit | undefined
    /** Whether it came without the key that it would need elsewhere. */
    isStranger: boolean
    /** Why it is not known whose it is, on a route that says so in its own words. */
    unidentified: StepstreamError | undefined
  }
  interface FastifyContextConfig {
    /** The route lets in those without a key, and sees for itself whom it has before it. */
    takesStrangers?: boolean
    /** Who has a ticket of the session that the path names gets in. */
    takesTickets?: boolean
    /** It answers as a stream, which an error status would end for good. */
    isStream?: boolean
  }
}

/** Who tells whose a request is. */
export type Gatekeeper = Pick<Keys, 'identify' | 'admitTicket' | 'admitSignIn'>

/** Gives each request its tenant; with keys, refuses those that come without the one they need. */
export function registerIdentity(app: FastifyInstance, keys: Gatekeeper | undefined): void {
  app.decorateRequest('tenant', DEFAULT_TENANT)
  app.decorateRequest('caller', undefined)
  app.decorateRequest('permit', undefined)
  app.decorateRequest('isStranger', false)
  app.decorateRequest('unidentified', undefined)
  requireScopes(app)
  if (keys === undefined) return
  app.addHook('onRequest', async (request) => {
    if (neededScope(request) === 'none') return
    const { config } = request.routeOptions
    try {
      const found = await identify(request, keys)
      if (typeof found === 'object') letIn(request, found)
      else if (config.takesStrangers === true) letInStranger(request)
      else throw new StepstreamError('UNAUTHENTICATED', refusals[found ?? 'unknown'])
    } catch (error) {
      if (!isUnavailable(error) || config.isStream !== true) throw error
      request.unidentified = error
    }
  })
}

/** Whose sessions a request may see. @throws STORAGE_UNAVAILABLE where that is not known */
export function tenantOf(request: FastifyRequest): string {
  if (request.unidentified !== undefined) throw request.unidentified
  return request.tenant
}

const refusals = {
  unknown: 'this needs a key: send Authorization: Bearer <key>',
  revoked: 'the key was revoked: send Authorization: Bearer <key> with another one',
  expired: 'the key or the ticket has expired: send Authorization: Bearer <key> with another one',
} as const

function identify(request: FastifyRequest, keys: Gatekeeper): Promise<Identified> | undefined {
  const secret = bearerOf(request)
  if (secret !== '') return keys.identify(secret)
  const signIn = signInOf(request)
  if (signIn !== undefined) {
    refuseForged(request)
    return keys.admitSignIn(signIn)
  }
  const { ticket } = (request.query ?? {}) as { ticket?: unknown }
  if (request.routeOptions.config.takesTickets !== true || typeof ticket !== 'string') return
  const { id = '' } = (request.params ?? {}) as { id?: string }
  return keys.admitTicket(ticket, id)
}

function letIn(
  request: FastifyRequest,
  { caller, permit }: Exclude<Identified, string | undefined>,
) {
  request.tenant = caller.tenant
  request.caller = caller
  request.permit = permit
  refuseBeyondScope(request, caller)
}

/** Whose it is that is called, only the URL can say. */
function letInStranger(request: FastifyRequest): void {
  const { tenant } = (request.query ?? {}) as { tenant?: unknown }
  request.isStranger = true
  if (typeof tenant === 'string' && tenantPattern.test(tenant)) request.tenant = tenant
}

function isUnavailable(error: unknown): error is StepstreamError {
  return error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE'
}

function bearerOf(request: FastifyRequest): string {
  const [scheme, secret] = (request.headers.authorization ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' ? (secret ?? '') : ''
}
