import { fastifySwagger } from '@fastify/swagger'
import { fastifySwaggerUi } from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { stringify } from 'yaml'
import { withScope } from './scope-docs.ts'

const description = `Post a list of steps, get a session id at once, follow what happens over Server-Sent Events.

Every answer that is an error is an RFC 9457 problem with a stable \`code\`.`

/** Collects the routes' schemas; to be called before the routes are added. */
export async function registerOpenapi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Stepstream',
        version,
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service' }],
      security: [{ key: [] }],
      tags: [
        { name: 'sessions', description: 'Start, read and follow sessions' },
        { name: 'control', description: 'Pause, resume and cancel' },
        { name: 'plans', description: 'Check a workflow without running it' },
        { name: 'workflows', description: 'Save workflows under a name, with versions' },
        { name: 'batches', description: 'Start many sessions as one' },
        { name: 'reports', description: 'How sessions went, and where their time goes' },
        { name: 'executors', description: 'The kinds of step' },
        { name: 'artifacts', description: 'Bytes that steps produced' },
        { name: 'step cache', description: 'What is done again without the AI' },
        { name: 'keys', description: 'Who may call, and what they may do' },
        { name: 'operation', description: 'Probes and figures' },
      ],
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description:
              'Needed when the service listens beyond loopback. The names beside it are the scope that the key must have; `x-required-scope: operator` is admin of the tenant default.',
          },
          ticket: {
            type: 'apiKey',
            in: 'query',
            name: 'ticket',
            description: 'In place of a key, of POST /v1/sessions/{id}/tickets',
          },
        },
      },
    },
    transform: withScope,
    transformObject: jsonSchemaTransformObject,
  })
}

/** GET /openapi.yaml and the reference page at /docs. @param options.isHome whether / leads there */
export async function registerReference(
  app: FastifyInstance,
  { isHome }: { readonly isHome: boolean },
): Promise<void> {
  let text: string | undefined
  const config = { scope: 'any' } as const
  app.get('/openapi.yaml', { config, schema: { hide: true } }, async (_, reply) => {
    text ??= openapiText(app)
    return reply.type('application/yaml; charset=utf-8').send(text)
  })
  // Whoever opens the service in a browser finds what it offers.
  if (isHome)
    app.get('/', { config, schema: { hide: true } }, (_, reply) => reply.redirect('/docs'))
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // The page must also work where nobody put TLS in front, and ask nothing of other servers.
    transformStaticCSP: (policy) =>
      policy
        .replace(/ ?upgrade-insecure-requests;/, '')
        .replaceAll(/ (?:validator\.swagger\.io|https:)/g, ''),
    uiConfig: {
      // Without the bar on top, which asks for another document.
      layout: 'BaseLayout',
      deepLinking: true,
      tryItOutEnabled: true,
      validatorUrl: null,
    },
    theme: { title: 'Stepstream API' },
  })
}

/** The API description as it is served and committed. */
function openapiText(app: FastifyInstance): string {
  const document = app.swagger() as Record<string, unknown>
  return stringify(withPlainNames(withoutUnused(document)), {
    aliasDuplicateObjects: false,
    lineWidth: 0,
  })
}

/** Each schema comes twice, for reading and for writing; those that nothing refers to are dropped. */
function withoutUnused(document: Record<string, unknown>): Record<string, unknown> {
  const components = document['components'] as { schemas?: Record<string, unknown> } | undefined
  if (components?.schemas === undefined) return document
  let schemas = components.schemas
  for (;;) {
    const text = JSON.stringify({ ...document, components: { ...components, schemas } })
    const used = Object.entries(schemas).filter(([name]) =>
      text.includes(`"#/components/schemas/${name}"`),
    )
    if (used.length === Object.keys(schemas).length) break
    schemas = Object.fromEntries(used)
  }
  // By name: the order in which modules were loaded is chance.
  const sorted = Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { ...document, components: { ...components, schemas: Object.fromEntries(sorted) } }
}

/** A schema that is only ever read carries no `Input` in its name. */
function withPlainNames(document: Record<string, unknown>): Record<string, unknown> {
  const { schemas = {} } = (document['components'] ?? {}) as { schemas?: Record<string, unknown> }
  let text = JSON.stringify(document)
  for (const name of Object.keys(schemas)) {
    const plain = name.replace(/Input$/, '')
    if (plain === name || plain in schemas) continue
    text = text
      .replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${plain}"`)
      .replace(`"${name}":`, `"${plain}":`)
  }
  return JSON.parse(text) as Record<string, unknown>
}
