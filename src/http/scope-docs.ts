import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { RouteScope } from './scopes.ts'

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>

/** A route's schemas for the API description, with what a key must be good for to call it. */
export const withScope: Transform = (route) => {
  const { schema, ...rest } = jsonSchemaTransform(
    route as Parameters<typeof jsonSchemaTransform>[0],
  )
  const { scope = 'any', takesTickets, takesStrangers } = route.route.config ?? {}
  if (schema.hide === true || scope === 'none') return { schema, ...rest }
  const security = [
    ...[scope].flat().map((one) => ({ key: rolesOf(one) })),
    ...(takesTickets === true ? [{ ticket: [] }] : []),
    ...(takesStrangers === true ? [{}] : []),
  ]
  return {
    schema: { ...schema, security, 'x-required-scope': [scope].flat().join(' or ') },
    ...rest,
  }
}

function rolesOf(scope: RouteScope): string[] {
  if (scope === 'any') return []
  return [scope === 'operator' ? 'admin' : scope]
}
