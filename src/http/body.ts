import type { FastifyInstance } from 'fastify'
import { parseDocument } from 'yaml'
import { StepstreamError } from '../errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, for telling a repeated request from a different one. */
    rawBody: string | undefined
  }
}

/** YAML can make a small text stand for a huge value; more aliases than this are refused. */
const MAX_YAML_ALIASES = 100

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']

/** Takes JSON and YAML bodies and keeps their text. */
export function registerBodies(app: FastifyInstance): void {
  app.decorateRequest('rawBody', undefined)
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    request.rawBody = body as string
    if (body === '') return done(new StepstreamError('EMPTY_BODY', 'the body is empty'))
    return parseJson(request, body as string, done)
  })
  app.addContentTypeParser(
    yamlTypes,
    { parseAs: 'string' },
    async (request: { rawBody: string | undefined }, body: string | Buffer) => {
      request.rawBody = body as string
      return parseYaml(body as string)
    },
  )
}

/** @throws StepstreamError MALFORMED_YAML, EMPTY_BODY */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true })
  const [fault] = document.errors
  if (fault !== undefined) throw new StepstreamError('MALFORMED_YAML', fault.message)
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_YAML_ALIASES })
    if (value === null) throw new StepstreamError('EMPTY_BODY', 'the body is empty')
    return value
  } catch (error) {
    if (error instanceof StepstreamError) throw error
    throw new StepstreamError('MALFORMED_YAML', (error as Error).message, { cause: error })
  }
}
