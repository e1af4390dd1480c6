import type { FastifyInstance } from 'fastify'
import { parseYaml } from './yaml.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, for telling a repeated request from a different one. */
    rawBody: string | undefined
  }
}

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']

/**
 * Takes JSON and YAML bodies and keeps their text. A body without content is no body, whatever its
 * type: a route that needs one says so, and one that does not is content.
 */
export function registerBodies(app: FastifyInstance): void {
  app.decorateRequest('rawBody', undefined)
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    request.rawBody = body as string
    if (isBlank(body as string)) return done(null, undefined)
    return parseJson(request, body as string, done)
  })
  app.addContentTypeParser(
    yamlTypes,
    { parseAs: 'string' },
    async (request: { rawBody: string | undefined }, body: string | Buffer) => {
      request.rawBody = body as string
      return parseYaml(body as string) ?? undefined
    },
  )
}

/** Source: RFC 8259, section 2. */
function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text)
}
