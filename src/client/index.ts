import createClient from 'openapi-fetch'
import type { paths } from './api-types.ts'
import { problemErrorOf } from './errors.ts'
import { type Following, follow } from './follow.ts'
import type {
  Answer,
  Answered,
  EventPattern,
  FollowOptions,
  Started,
  StartOptions,
  Stepstream,
  StepstreamOptions,
  Workflow,
} from './types.ts'

export type { components, operations, paths } from './api-types.ts'
export { ProblemError, StreamGapError } from './errors.ts'
export type * from './types.ts'

/**
 * A service as a program uses it, in Node and in browsers.
 * @throws TypeError for a `baseUrl` or a `key` with which no request can be made
 */
export function createStepstream({
  baseUrl,
  key,
  fetch = (...request) => globalThis.fetch(...request),
}: StepstreamOptions): Stepstream {
  const base = baseUrl.replace(/\/+$/, '')
  const page = (globalThis as { readonly location?: { readonly href: string } }).location
  if (!URL.canParse(`${base}/`, page?.href)) throw new TypeError(`no URL: "${baseUrl}"`)
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  // What cannot be sent is told here, not taken for a connection that breaks.
  new Headers(headers)
  const api = createClient<paths>({ baseUrl: base, fetch, headers })

  const stepstream: Stepstream = {
    api,

    async start(workflow, { idempotencyKey, signal, ...fields } = {}) {
      const header = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
      const body = startBodyOf(workflow, fields)
      const request = { body, params: { header }, ...given({ signal }) }
      // The other answer there is comes with `Prefer: wait` only.
      return unwrap(await api.POST('/v1/sessions', request)) as Started
    },

    follow(sessionId, options = {}) {
      const url = `${base}${eventsPath(sessionId, options)}`
      const { after, onGap, signal, silenceMs } = options
      const cursor = after === undefined ? undefined : String(after)
      const following: Following = { url, key, fetch, after: cursor, onGap, signal, silenceMs }
      return { [Symbol.asyncIterator]: () => follow(following) as never }
    },

    async result(sessionId, options = {}) {
      const final = stepstream.follow(sessionId, {
        ...options,
        types: ['session.completed'],
      })
      for await (const _ of final);
      const params = { path: { id: sessionId } }
      const { signal } = options
      return unwrap(await api.GET('/v1/sessions/{id}', { params, ...given({ signal }) }))
    },

    async answer<A extends Answer>(
      interactionId: string,
      answer: A,
      options: { readonly signal?: AbortSignal } = {},
    ) {
      const request = { params: { path: { id: interactionId } }, ...given(options) }
      const taken =
        'decision' in answer
          ? await api.POST('/v1/interactions/{id}/answer', { ...request, body: answer })
          : await api.POST('/v1/interactions/{id}/result', { ...request, body: answer })
      return unwrap<unknown>(taken) as Answered<A>
    },
  }
  return stepstream
}

/** A name needs its field, and so do values that go with a workflow; otherwise it goes as it is. */
function startBodyOf(
  workflow: Workflow | string,
  fields: Omit<StartOptions, 'idempotencyKey' | 'signal'>,
) {
  if (typeof workflow === 'string') return { ...fields, workflow }
  return Object.keys(fields).length === 0 ? workflow : { ...fields, workflow }
}

function eventsPath(
  sessionId: string,
  { types, ticket }: Pick<FollowOptions<EventPattern>, 'types' | 'ticket'>,
): string {
  const query = new URLSearchParams({
    ...(types === undefined ? {} : { types: types.join(',') }),
    ...(ticket === undefined ? {} : { ticket }),
  })
  const path = `/v1/sessions/${encodeURIComponent(sessionId)}/events`
  return query.size === 0 ? path : `${path}?${query}`
}

/** Without what is undefined. */
function given({ signal }: { readonly signal?: AbortSignal | undefined }) {
  return signal === undefined ? {} : { signal }
}

/** What a request was answered with. @throws ProblemError when it was refused */
function unwrap<Data>(answer: {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}): NonNullable<Data> {
  const { data, error, response } = answer
  if (error !== undefined || data === undefined || data === null) {
    throw problemErrorOf(response.status, error)
  }
  return data
}
