import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { errors, StepstreamError } from '../../errors.ts'
import type { Link } from '../../modules/interactions/types.ts'
import { answeredPage, askingPage, pageHeaders, refusedPage } from '../answer-page.ts'
import { acceptedDecisionSchema, decisionFields } from '../decision-body.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { parseBody } from '../parse-body.ts'
import { takesAnyBody } from './plans.ts'

const params = z.object({ id: z.string() })
const querystring = z.object({ token: z.string().default('').describe('As the link has it') })
const answerSchema = z.strictObject(decisionFields).meta({ id: 'LinkedDecision' })

const FORM = 'application/x-www-form-urlencoded'

const html = { content: { 'text/html': { schema: z.string() } } }
const problems = problemsOf(
  'LINK_NOT_FOUND',
  'LINK_EXPIRED',
  'INTERACTION_NOT_FOUND',
  'INTERACTION_OVER',
  'INTERACTION_ANSWERED',
  'ILLEGAL_TRANSITION',
  'NOT_AN_APPROVER',
  'INVALID_VALUE',
)
const asWritten = () => (value: unknown) =>
  typeof value === 'string' ? value : JSON.stringify(value)

/** GET and POST /v1/interactions/:id/link: a page for people who have a link, and their answer. */
export async function registerLinkedAnswer(app: FastifyInstance, deps: HttpDeps): Promise<void> {
  // Forms are taken here alone: a page from elsewhere can send one without being asked.
  await app.register(async (scope) => {
    scope.addContentTypeParser(FORM, { parseAs: 'string' }, (_, body, done) =>
      done(null, fromForm(body as string)),
    )
    registerPage(scope, deps)
    registerAnswer(scope, deps)
  })
}

function registerPage(app: FastifyInstance, { interactions }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/interactions/:id/link',
    {
      config: { scope: 'none' },
      schema: {
        tags: ['interactions'],
        operationId: 'openLink',
        summary: 'The page that a link leads to',
        params,
        querystring,
        response: { 200: { description: 'What is asked, with a form', ...html }, ...problems },
      },
      serializerCompiler: asWritten,
    },
    (request, reply) =>
      inWords(request, reply, async () => {
        const { tenant, interactionId } = await readLink(request, request.query.token, interactions)
        const open = await interactions.open(tenant, interactionId)
        reply.headers(pageHeaders)
        return askingPage(open)
      }),
  )
}

function registerAnswer(app: FastifyInstance, { interactions }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/interactions/:id/link',
    {
      ...takesAnyBody,
      config: { audit: 'interaction.answer', scope: 'none' },
      schema: {
        tags: ['interactions'],
        operationId: 'answerLink',
        summary: 'Answer an approval by a link',
        params,
        querystring,
        body: answerSchema,
        response: {
          202: {
            description: 'The decision is on disk',
            content: {
              'application/json': { schema: acceptedDecisionSchema },
              'text/html': { schema: z.string() },
            },
          },
          ...problems,
        },
      },
      serializerCompiler: asWritten,
    },
    (request, reply) =>
      inWords(request, reply, async () => {
        const link = await readLink(request, request.query.token, interactions)
        const { tenant, interactionId, actor, key } = link
        const body = parseBody(answerSchema, request.body)
        const accepted = await interactions.decide(tenant, interactionId, { ...body, actor, key })
        reply.code(202).header('cache-control', 'no-store')
        if (!wantsPage(request)) return accepted
        reply.headers(pageHeaders)
        return answeredPage(accepted.decision)
      }),
  )
}

/** What a link says: from now on the request is that of the person it is for. */
async function readLink(
  request: FastifyRequest,
  token: string,
  interactions: HttpDeps['interactions'],
): Promise<Link> {
  const { id } = request.params as { id: string }
  const link = await interactions.readLink(token, id)
  request.tenant = link.tenant
  request.person = link.actor ?? link.key
  return link
}

/** Whoever came with a browser gets a page, also where it is refused. */
async function inWords<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: () => Promise<T>,
): Promise<T | string> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof StepstreamError) || !wantsPage(request)) throw error
    const { status } = errors[error.code]
    reply.code(status).headers(pageHeaders)
    return refusedPage(error)
  }
}

function wantsPage({ headers }: FastifyRequest): boolean {
  const { accept = '', 'content-type': type = '' } = headers
  return accept.includes('text/html') || type.startsWith(FORM)
}

/** The fields of a form; those that were left empty are not there. */
function fromForm(body: string): Record<string, unknown> {
  const given = [...new URLSearchParams(body)].filter(([, value]) => value.trim() !== '')
  return Object.fromEntries(
    given.map(([name, value]) => [name, name === 'output' ? jsonOf(value) : value]),
  )
}

/** What is no JSON is taken for the text it is. */
function jsonOf(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
