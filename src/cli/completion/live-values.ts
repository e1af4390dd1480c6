import { createStepstream, type Stepstream } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import { DEFAULT_URL, readUrl } from '../service/options.ts'
import { unwrap } from '../service/unwrap.ts'
import type { Candidate } from './candidates.ts'
import type { Position } from './position.ts'

/** Whoever presses Tab does not wait. */
const PATIENCE_MS = 1000

const LIMIT = 50

type Ask = (service: Stepstream, position: Position) => Promise<Candidate[]>

/** Which sessions a subcommand can do something with. */
const statuses: Readonly<Record<string, readonly string[]>> = {
  pause: ['queued', 'running', 'waiting'],
  resume: ['paused'],
  cancel: ['queued', 'running', 'waiting', 'paused'],
  retry: ['failed', 'cancelled', 'completed_with_errors'],
  signal: ['queued', 'running', 'waiting', 'paused'],
}

/** What the service has of a kind, by what arguments and options call it. */
const sources: Readonly<Record<string, Ask>> = {
  session: async ({ api }, { command, given }) => {
    const status = given.has('step') ? undefined : statuses[command.name()]
    const query = { limit: LIMIT, ...(status === undefined ? {} : { status: status.join(',') }) }
    const { sessions } = await unwrap(api.GET('/v1/sessions', { params: { query } }))
    return sessions.map(({ sessionId, status, title }) => candidate(sessionId, status, title))
  },
  interaction: async ({ api }) => {
    const params = { query: { limit: LIMIT } }
    const { interactions } = await unwrap(api.GET('/v1/interactions', { params }))
    return interactions.map(({ interactionId, kind, stepId, ...item }) =>
      candidate(interactionId, kind, 'prompt' in item ? item.prompt : stepId),
    )
  },
  workflow: async ({ api }) => {
    const params = { query: { limit: LIMIT } }
    const { workflows } = await unwrap(api.GET('/v1/workflows', { params }))
    return workflows.map(({ name, description }) => candidate(name, description))
  },
  schedule: async ({ api }) => {
    const params = { query: { limit: LIMIT } }
    const { schedules } = await unwrap(api.GET('/v1/schedules', { params }))
    return schedules.map(({ scheduleId, status, name }) => candidate(scheduleId, status, name))
  },
  key: async ({ api }) => {
    const { keys } = await unwrap(api.GET('/v1/keys', { params: { query: { limit: LIMIT } } }))
    return keys.map(({ keyId, status, name }) => candidate(keyId, status, name))
  },
  version: async ({ api }, { operands, given }) => {
    const name = operands[0] ?? given.get('workflow') ?? ''
    const params = { path: { name } }
    const { versions } = await unwrap(api.GET('/v1/workflows/{name}/versions', { params }))
    return versions.map(({ version, createdAt }) => candidate(String(version), createdAt))
  },
  step: async ({ api }, { operands: [id = ''] }) => {
    const { steps } = await unwrap(api.GET('/v1/sessions/{id}', { params: { path: { id } } }))
    return steps.map(({ id, status, text, uses }) => candidate(id, status, text ?? uses))
  },
}

/** What the running service has; nothing where it is away, refuses, or takes too long. */
export async function liveValues(position: Position, name: string): Promise<Candidate[]> {
  const ask = Object.hasOwn(sources, name) ? sources[name] : undefined
  const options = position.command.options.map((option) => option.attributeName())
  if (ask === undefined || !options.includes('url')) return []
  try {
    return await ask(serviceOf(position), position)
  } catch {
    // No candidates are the answer to whatever went wrong: the line is not run yet.
    return []
  }
}

function serviceOf({ given }: Position): Stepstream {
  const { env } = process
  const url = given.get('url') ?? (env['STEPSTREAM_URL'] || DEFAULT_URL)
  const key = given.get('key') ?? env['STEPSTREAM_KEY']
  const until = AbortSignal.timeout(PATIENCE_MS)
  return createStepstream({
    baseUrl: readUrl(url),
    ...(key ? { key } : {}),
    fetch: (request) => fetch(request, { signal: until }),
  })
}

function candidate(word: string, ...about: readonly (string | null | undefined)[]): Candidate {
  const said = about.filter((each) => each !== null && each !== undefined && each !== '')
  return { word: oneLine(word), about: oneLine(said.join(' ')) }
}
