import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../errors.ts'
import type {
  AuditAction,
  AuditEntry,
  AuditLog,
  AuditTarget,
  NewAuditEntry,
} from '../modules/audit/types.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route does, as the audit log calls it; every route that changes something has one. */
    audit?: AuditAction
  }
  interface FastifyRequest {
    /** Where a request to such a route came from: once its caller is gone, nobody can tell. */
    origin: AuditEntry['from'] | undefined
    /** Who it is, where something else than a body says so. */
    person: string | undefined
  }
}

/** What a parameter of a path names, by the segment before it; the log calls its targets so. */
export const targetKinds: Readonly<Record<string, string>> = {
  sessions: 'session',
  steps: 'step',
  signals: 'signal',
  interactions: 'interaction',
  workflows: 'workflow',
  versions: 'version',
  schedules: 'schedule',
  batches: 'batch',
  hooks: 'hook',
  keys: 'key',
  deliveries: 'delivery',
  'step-cache': 'entry',
}

const ANONYMOUS = 'anonymous'

const MAX_USER_AGENT_CHARS = 200
const MAX_TARGET_CHARS = 200
const MAX_REASON_CHARS = 1000
const MAX_PERSON_CHARS = 200

/** Refused before anybody knew who was asking: whoever cannot get in must not fill the log. */
const notLetIn: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'HOST_NOT_ALLOWED',
  'ORIGIN_NOT_ALLOWED',
  'LINK_NOT_FOUND',
])

/**
 * Tells the audit log of every request to a route with an `audit` action once its outcome is
 * decided. Not when it was sent: a caller who hangs up has still acted.
 */
export function registerAudit(app: FastifyInstance, audit: AuditLog): void {
  app.decorateRequest('origin', undefined)
  app.decorateRequest('person', undefined)
  app.addHook('onRoute', (route) => {
    const action = route.config?.audit
    if (action === undefined) return
    const noteOrigin = async (request: FastifyRequest) => {
      request.origin = originOf(request)
    }
    const tell = async (request: FastifyRequest, reply: FastifyReply) => {
      if (request.problem && notLetIn.has(request.problem.code)) return
      audit.record(entryOf(action, request, reply))
    }
    // Of these routes alone: other requests need not pass more hooks.
    route.onRequest = [noteOrigin, route.onRequest ?? []].flat()
    route.onSend = [route.onSend ?? [], tell].flat()
  })
}

function entryOf(action: AuditAction, request: FastifyRequest, reply: FastifyReply): NewAuditEntry {
  return {
    action,
    actor: request.caller?.name ?? ANONYMOUS,
    ...(request.caller === undefined ? {} : { keyId: request.caller.keyId }),
    tenant: request.tenant,
    target: targetOf(request),
    from: request.origin ?? originOf(request),
    requestId: request.id,
    ...saidOf(request, reply),
    outcome: outcomeOf(request, reply),
  }
}

/** What the path names: `/v1/sessions/:id/steps/:stepId/skip` is about a session and a step. */
function targetOf(request: FastifyRequest): AuditTarget {
  const params = (request.params ?? {}) as Readonly<Record<string, string>>
  const path = (request.routeOptions.url ?? '').split('/')
  const named = path.flatMap((segment, index) => {
    const kind = targetKinds[path[index - 1] ?? '']
    const name = segment.startsWith(':') ? params[segment.slice(1)] : undefined
    return kind === undefined || name === undefined ? [] : [[kind, clip(name, MAX_TARGET_CHARS)]]
  })
  const { tenant } = (request.query ?? {}) as { tenant?: unknown }
  // An operator may act on what is another tenant’s.
  const isElsewhere = typeof tenant === 'string' && tenant !== request.tenant
  return Object.fromEntries([
    ...named,
    ...(isElsewhere ? [['tenant', clip(tenant, MAX_TARGET_CHARS)]] : []),
  ])
}

function originOf({ raw, headers }: FastifyRequest): AuditEntry['from'] {
  const ip = raw.socket.remoteAddress ?? 'unknown'
  const userAgent = headers['user-agent']
  if (userAgent === undefined) return { ip }
  return { ip, userAgent: clip(userAgent, MAX_USER_AGENT_CHARS) }
}

/** Who a person says they are, and why they do it; a body that was refused is believed in nothing. */
function saidOf({ body, person }: FastifyRequest, { statusCode }: FastifyReply) {
  const known = person === undefined ? {} : { person: clip(person, MAX_PERSON_CHARS) }
  if (statusCode === 400 || typeof body !== 'object' || body === null) return known
  const said = body as { actor?: unknown; reason?: unknown; note?: unknown }
  const { actor, note, reason = note } = said
  return {
    ...(typeof actor === 'string' ? { person: clip(actor, MAX_PERSON_CHARS) } : {}),
    ...known,
    ...(typeof reason === 'string' ? { reason: clip(reason, MAX_REASON_CHARS) } : {}),
  }
}

function outcomeOf({ problem }: FastifyRequest, reply: FastifyReply) {
  const created = reply.getHeader('location')
  return {
    status: reply.statusCode,
    ...(problem === undefined ? {} : { code: problem.code }),
    ...(typeof created === 'string' ? { created } : {}),
  }
}

/** Some stores refuse half a character, and NUL. */
function clip(text: string, chars: number): string {
  return text.slice(0, chars).toWellFormed().replaceAll('\0', '\uFFFD')
}
