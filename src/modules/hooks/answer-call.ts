import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { errors, StepstreamError } from '../../errors.ts'
import { newSessionId } from '../../ids.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { MappedDocument } from '../../plan/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import type { Workflows } from '../workflows/types.ts'
import type { Mappings } from './definition-faults.ts'
import type { Folder } from './folder.ts'
import type { Journal } from './journal.ts'
import { planSession } from './plan-session.ts'
import { verifySignature } from './signature.ts'
import type { CallOutcome, Hook, InboundCall } from './types.ts'

export interface CallOptions {
  readonly folder: Folder
  readonly journal: Journal
  readonly mappings: Mappings
  readonly workflows: Pick<Workflows, 'compile'>
  readonly processor: Pick<StepProcessor, 'start'>
  readonly secrets: ReadonlyMap<string, string>
  readonly clock: Clock
}

/** How long a call is remembered: senders try for a day or more. */
const KEEP_KEY_MS = 3 * 24 * 60 * 60 * 1000

/** The headers that expressions see: none of them lets anybody in anywhere. */
const shownHeaders: readonly string[] = [
  'content-type',
  'user-agent',
  'idempotency-key',
  'webhook-id',
  'webhook-timestamp',
  'x-request-id',
  'x-github-delivery',
  'x-github-event',
  'x-gitlab-event',
  'x-gitlab-event-uuid',
  'x-event-key',
  'x-event-type',
]

/** Headers that name a call, so that it can be told from one that is repeated. */
const NAMED_BY_SENDER = 'webhook-id'
const NAMED_BY_GITHUB = 'x-github-delivery'

/** Lets a call in, and starts what it asks for: see `Hooks.call`. */
export async function answerCall(
  tenant: string,
  id: string,
  call: InboundCall,
  options: CallOptions,
): Promise<CallOutcome> {
  const hook = await admit(tenant, id, call, options)
  if (hook.paused) throw new StepstreamError('HOOK_PAUSED', `${id} is paused`)
  const at = options.clock.now()
  try {
    const outcome = await start(hook, call, options)
    if (outcome === undefined) options.journal.note(hook, { at, kind: 'skipped' })
    else if (outcome.isNew) {
      options.journal.note(hook, { at, kind: 'fired', sessionId: outcome.sessionId })
    }
    return outcome
  } catch (error) {
    // What may work later is not the hook's, and is sent again.
    if (error instanceof StepstreamError && !errors[error.code].retryable) {
      const message = `${error.code}: ${error.message}`.slice(0, 1000)
      options.journal.note(hook, { at, kind: 'failed', message })
    }
    throw error
  }
}

/** The hook, for those who may call it. Whoever may not does not learn whether there is one. */
async function admit(
  tenant: string,
  id: string,
  call: InboundCall,
  { folder, secrets }: CallOptions,
): Promise<Hook> {
  const hook = await folder.get({ tenant, id }).catch((error: unknown) => {
    const isHidden = error instanceof StepstreamError && error.code === 'HOOK_NOT_FOUND'
    if (isHidden && !call.isKnown) return undefined
    throw error
  })
  const secretName = hook?.on.webhook?.secret
  if (secretName !== undefined) {
    const secret = secrets.get(secretName)
    if (secret === undefined) {
      throw new StepstreamError('UNKNOWN_SECRET', `there is no secret "${secretName}"`)
    }
    verifySignature(secretName, secret, call)
  } else if (!call.isKnown) {
    const message = 'this needs a key, or there is no such hook: send Authorization: Bearer <key>'
    throw new StepstreamError('UNAUTHENTICATED', message)
  }
  if (hook?.on.webhook !== undefined) return hook
  throw new StepstreamError('HOOK_NOT_FOUND', `${id} is fired by events, and cannot be called`)
}

async function start(
  hook: Hook,
  call: InboundCall,
  { mappings, workflows, processor, clock }: CallOptions,
): Promise<CallOutcome> {
  const document = mappings.request.over(requestOf(call))
  const plan = await planSession(hook, document, workflows)
  if (plan === undefined) return undefined
  const createdAt = clock.now()
  const sessionId = newSessionId(createdAt)
  const key = keyOf(hook, call, document)
  const claim = {
    requestHash: hook.id,
    answer: JSON.stringify({ sessionId }),
    expiresAt: createdAt + KEEP_KEY_MS,
  }
  const created = await processor.start({
    tenant: hook.tenant,
    sessionId,
    createdAt,
    plan,
    correlation: { ...call.correlation, startedBy: { hook: hook.id }, hookDepth: 1 },
    ...(key === undefined ? {} : { idempotency: { key, ...claim } }),
  })
  return created.created
    ? { sessionId, isNew: true }
    : { sessionId: created.sessionId, isNew: false }
}

/** What expressions see of a call. */
function requestOf({ method, headers, query, body }: InboundCall): JsonObject {
  const shown = shownHeaders.flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  // A body comes from a parser of JSON or YAML, and was looked through.
  return { method, headers: Object.fromEntries(shown), query, body: (body ?? null) as Json }
}

/** What the call is remembered by; undefined where nothing tells it from another one. */
function keyOf(
  { id, on }: Hook,
  { headers }: InboundCall,
  document: MappedDocument,
): string | undefined {
  const { idempotency } = on.webhook ?? {}
  const sent = headers[NAMED_BY_SENDER]
  const name =
    sent ?? (idempotency === undefined ? headers[NAMED_BY_GITHUB] : document.evaluate(idempotency))
  if (name === undefined) return undefined
  const isName = (typeof name === 'string' && name !== '') || typeof name === 'number'
  if (!isName) {
    const message = '"idempotency" of the hook gives neither a number nor a text'
    throw new StepstreamError('EXPRESSION_FAILED', message)
  }
  const source = sent === undefined ? 'call' : 'id'
  // No caller's key has a space.
  return `hook ${id} ${source} ${createHash('sha256').update(String(name)).digest('base64url')}`
}
