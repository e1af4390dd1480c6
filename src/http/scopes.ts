import type { FastifyInstance, FastifyRequest } from 'fastify'
import { StepstreamError } from '../errors.ts'
import { type Caller, DEFAULT_TENANT, type Scope } from '../modules/keys/types.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must be good for to call the route, or one of several things; every route says so. */
    scope?: RouteScope | readonly Scope[]
  }
}

/**
 * A scope that the key must have; `any`: a key, whatever it is good for; `none`: no key; `operator`:
 * an admin of the tenant `default`, who sees what belongs to all.
 */
export type RouteScope = Scope | 'any' | 'none' | 'operator'

/** Refuses to add a route that does not say what a key must be good for to call it. */
export function requireScopes(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    // The pages of the reference come with the plugin that serves them.
    const isReference = route.url === '/docs' || route.url.startsWith('/docs/')
    if (isReference) route.config = { scope: 'any', ...route.config }
    if (route.config?.scope !== undefined) return
    throw new TypeError(`${[route.method].flat()} ${route.url} says no scope in its config`)
  })
}

/** @throws StepstreamError FORBIDDEN when the key is not good for the route */
export function refuseBeyondScope(request: FastifyRequest, caller: Caller): void {
  const needs = neededScope(request)
  const scopes = typeof needs === 'string' ? [needs] : needs
  if (scopes.some((scope) => isEnough(caller, scope))) return
  const needed =
    needs === 'operator'
      ? `the scope admin and the tenant ${DEFAULT_TENANT}`
      : `the scope ${scopes.join(' or ')}`
  const had = [...caller.scopes].join(', ')
  throw new StepstreamError(
    'FORBIDDEN',
    `this needs a key with ${needed}; the one that was sent has ${had}`,
  )
}

function isEnough(caller: Caller, scope: RouteScope): boolean {
  if (scope === 'any' || scope === 'none') return true
  return scope === 'operator' ? isOperator(caller) : hasScope(caller, scope)
}

/** Whether a key is good for something. */
export function hasScope({ scopes }: Pick<Caller, 'scopes'>, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has('admin')
}

/** Whether a caller looks after all tenants; where no key is needed, everybody does. */
export function isOperator(caller: Caller | undefined): boolean {
  return caller === undefined || (caller.tenant === DEFAULT_TENANT && hasScope(caller, 'admin'))
}

/** Whether a probe asks for more than strangers are told. */
export function isVerbose({ query }: FastifyRequest): boolean {
  const { verbose } = (query ?? {}) as { verbose?: unknown }
  return verbose !== undefined && verbose !== 'false'
}

/** What a request needs; what is no route, or only a preflight, any key may ask for. */
export function neededScope(request: FastifyRequest): RouteScope | readonly Scope[] {
  const { scope = 'any' } = request.routeOptions.config
  return scope === 'none' && isVerbose(request) ? 'operator' : scope
}
