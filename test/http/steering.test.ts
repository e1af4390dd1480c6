import { describe, expect, test } from 'vitest'
import { finalEventTypes } from '../../src/session/events.ts'
import {
  finalSessionStatuses,
  type SessionStatus,
  sessionStatuses,
} from '../../src/session/status.ts'
import { readPage } from '../docs/pages.ts'
import { readLog } from '../e2e/support/json-log.ts'
import { typesOf } from '../support/follow.ts'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

const commands = ['pause', 'resume', 'cancel', 'rollback', 'delete'] as const

type Command = (typeof commands)[number]

/** What a command is answered: the code of a problem, else the status after it. */
interface Answer {
  readonly http: number
  readonly told: string | undefined
}

/** The table of docs/state-machine.md: a row for each status, a cell for each command. */
async function readTable(): Promise<ReadonlyMap<SessionStatus, readonly string[]>> {
  const page = await readPage('docs/state-machine.md')
  const table = page.slice(page.indexOf('| status | pause |'), page.indexOf('## A step'))
  const rows = [...table.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(
    ([, status, cells = '']) =>
      [status as SessionStatus, cells.split('|').map((cell) => cell.trim())] as const,
  )
  expect(rows.map(([status]) => status)).toEqual(sessionStatuses)
  return new Map(rows)
}

/** What the table says of a command that comes alone. */
function said(
  table: Awaited<ReturnType<typeof readTable>>,
  status: SessionStatus,
  command: Command,
): Answer {
  const cell = table.get(status)?.[commands.indexOf(command)] ?? ''
  const [first] = [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word)
  if (cell === 'removed') return { http: 204, told: undefined }
  if (cell.startsWith('409')) return { http: 409, told: first }
  return { http: 202, told: first ?? status }
}

async function ask(service: Service, id: string, command: Command): Promise<Answer> {
  const path = `/v1/sessions/${id}`
  const answer =
    command === 'delete'
      ? await fetch(service.url + path, { method: 'DELETE' })
      : await service.post(`${path}/${command}`)
  if (answer.status === 204) return { http: 204, told: undefined }
  const { status, code } = await json<{ status?: string; code?: string }>(answer)
  return { http: answer.status, told: code ?? status }
}

/** How the session ends after a command, where the table says so. */
function endSaid(
  table: Awaited<ReturnType<typeof readTable>>,
  status: SessionStatus,
  command: Command,
): SessionStatus | undefined {
  const cell = table.get(status)?.[commands.indexOf(command)] ?? ''
  const words = [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word as SessionStatus)
  return words.find((word) => finalSessionStatuses.has(word))
}

async function statusOf(service: Service, id: string): Promise<unknown> {
  return (await json(service.get(`/v1/sessions/${id}`)))['status']
}

const refusal = { status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: false }

/** A service whose steps wait at gates, and ignore that they are told to stop. */
async function setup(settings: Record<string, string> = {}) {
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const gate = (name: string) => {
    const known = gates.get(name) ?? Promise.withResolvers<void>()
    gates.set(name, known)
    return known
  }
  const runs: string[] = []
  const gated = functionExecutor('gated', async (input, { sessionId, stepId, attempt }) => {
    runs.push(`${sessionId}:${stepId}#${attempt}`)
    await gate(String(input['gate'])).promise
    return { status: 'succeeded' }
  })
  const failing = functionExecutor('failing', () => refusal)
  const service = await startService(settings, { executors: [noop, failing, gated] })
  return {
    service,
    runs,
    open: (name: string) => gate(name).resolve(),
    openAll() {
      for (const each of gates.values()) each.resolve()
    },
    /** Who comes from now on waits again, at gates of the same names. */
    closeAll: () => gates.clear(),
    async [Symbol.asyncDispose]() {
      for (const each of gates.values()) each.resolve()
      await service[Symbol.asyncDispose]()
    },
  }
}

type Setup = Awaited<ReturnType<typeof setup>>

const at = (gate: string, more: object = {}) => ({ uses: 'gated', with: { gate }, ...more })

async function startedUntil(
  { service }: Setup,
  steps: unknown,
  type: Parameters<typeof until>[2],
): Promise<string> {
  const id = await start(service, steps)
  await until(service, id, type)
  return id
}

async function endedOf({ service }: Setup, workflow: unknown): Promise<string> {
  const id = await start(service, workflow)
  await ended(service, id)
  return id
}

/** Brings a session of its own into each status. */
const reach: Record<SessionStatus, (given: Setup) => Promise<string>> = {
  queued: ({ service }) => start(service, [at('end')]),
  running: (given) => startedUntil(given, [at('end'), 'Wait 1 hour'], 'step.started'),
  waiting: (given) => startedUntil(given, ['Wait 1 hour'], 'session.waiting'),
  async paused(given) {
    const name = `first-${given.runs.length}`
    const id = await startedUntil(given, [at(name), at('end')], 'step.started')
    await ask(given.service, id, 'pause')
    given.open(name)
    await until(given.service, id, 'step.completed')
    return id
  },
  async cancelling(given) {
    const id = await reach.running(given)
    await ask(given.service, id, 'cancel')
    return id
  },
  async rolling_back(given) {
    const undo = at('end')
    const steps = [{ uses: 'noop', undo }, 'Wait 1 hour']
    const id = await startedUntil(given, steps, 'session.waiting')
    await ask(given.service, id, 'rollback')
    await until(given.service, id, 'step.undoing')
    return id
  },
  completed: (given) => endedOf(given, [{ uses: 'noop' }]),
  completed_with_errors: (given) =>
    endedOf(given, { onFailure: 'continue', steps: [{ uses: 'failing' }] }),
  failed: (given) => endedOf(given, [{ uses: 'failing' }]),
  async cancelled(given) {
    const id = await reach.waiting(given)
    await ask(given.service, id, 'cancel')
    return id
  },
}

/**
 * Lets what the command has begun come to its end, if it was one that ends a session, or else ends
 * it, and holds the log against what is true of every log.
 */
async function conclude(given: Setup, id: string, end: SessionStatus | undefined): Promise<void> {
  if (end === undefined) await ask(given.service, id, 'cancel')
  given.openAll()
  await ended(given.service, id)
  if (end !== undefined) expect(await statusOf(given.service, id)).toBe(end)
  const log = await readLog(given.service.url, id)
  expect(log.filter(({ type }) => finalEventTypes.has(type))).toHaveLength(1)
  expect(finalEventTypes.has(log.at(-1)?.type as never)).toBe(true)
  expect(new Set(given.runs).size).toBe(given.runs.length)
}

describe('what may be asked', () => {
  test.each(sessionStatuses)(
    'of a session that is %s is answered as the table says',
    async (status) => {
      const table = await readTable()
      const settings = status === 'queued' ? { MAX_SESSIONS_RUNNING: '1' } : {}
      await using given = await setup(settings)
      for (const command of commands) {
        given.closeAll()
        if (status === 'queued') await startedUntil(given, [at('holder')], 'step.started')
        const once = await reach[status](given)
        const expected = said(table, status, command)
        expect([command, await ask(given.service, once, command)]).toEqual([command, expected])
        if (expected.http !== 204) {
          const after = expected.http === 409 ? status : expected.told
          expect([command, await statusOf(given.service, once)]).toEqual([command, after])
        }

        // Both at once: the second finds what the first has left.
        const twice = await reach[status](given)
        const both = [ask(given.service, twice, command), ask(given.service, twice, command)]
        const answers = (await Promise.all(both)).sort((a, b) => a.http - b.http)
        if (expected.http === 204) {
          expect(answers[0]).toEqual(expected)
          expect([204, 404]).toContain(answers[1]?.http)
          continue
        }
        const second =
          expected.http === 202 ? said(table, expected.told as SessionStatus, command) : expected
        expect([command, answers]).toEqual([command, [expected, second]])
        const end = endSaid(table, status, command)
        await conclude(given, once, end)
        await conclude(given, twice, end)
      }
    },
  )
})

describe('nothing runs twice', () => {
  test('when a session is paused and resumed faster than its step', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await start(service, [
      { id: 'a', uses: 'hand' },
      { id: 'b', uses: 'hand' },
    ])
    const attempt = await hand.attempt()
    for (let n = 0; n < 20; n++) {
      const both = [ask(service, id, 'pause'), ask(service, id, 'resume')]
      expect((await Promise.all(both)).map(({ http }) => http)).toEqual([202, 202])
    }
    await ask(service, id, 'resume')
    attempt.succeed()
    const second = await hand.attempt()
    expect(second.context.stepId).toBe('b')
    await Promise.all([ask(service, id, 'pause'), ask(service, id, 'resume')])
    await ask(service, id, 'resume')
    second.succeed()
    const events = await ended(service, id)
    expect(typesOf(events).filter((type) => type.startsWith('step.started'))).toEqual([
      'step.started a',
      'step.started b',
    ])
    expect(hand.begun).toBe(2)
  })

  test('when it is paused and resumed while a wait is over', async () => {
    const counted = handExecutor()
    await using service = await startService({}, { executors: [counted.executor] })
    const id = await start(service, ['Wait 50 ms', { id: 'b', uses: 'hand' }])
    const meddling = async () => {
      for (let n = 0; n < 25; n++) {
        await ask(service, id, 'pause')
        await ask(service, id, 'resume')
      }
    }
    await Promise.all([meddling(), meddling()])
    await ask(service, id, 'resume')
    ;(await counted.attempt()).succeed()
    expect(typesOf(await ended(service, id)).filter((type) => type === 'step.started b')).toEqual([
      'step.started b',
    ])
    expect(counted.begun).toBe(1)
  })
})

test('what a step ends in after its session was cancelled starts nothing and revives nothing', async () => {
  const hand = handExecutor({ stubborn: true })
  await using service = await startService({}, { executors: [noop, hand.executor] })
  const id = await start(service, [
    { id: 'a', uses: 'hand' },
    { id: 'b', uses: 'noop' },
  ])
  const attempt = await hand.attempt()
  await ask(service, id, 'cancel')
  // It does not heed its signal and succeeds: that is so, and the session is cancelled all the same.
  attempt.succeed({ late: true })
  const events = await ended(service, id)
  expect(typesOf(events).slice(-3)).toEqual([
    'step.cancelled b',
    'step.completed a',
    'session.cancelled',
  ])
  attempt.end({ status: 'failed', code: 'EXECUTOR_FAILED', message: 'again', retryable: true })
  expect(await readLog(service.url, id)).toHaveLength(events.length)
})

describe('the time of a session', () => {
  test('stands still while it is paused, and strikes once it goes on', async () => {
    const clock = new ManualClock()
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor], clock })
    const id = await start(service, {
      timeout: '10m',
      steps: [{ id: 'a', uses: 'hand', timeout: '10m' }, 'Wait 1 hour'],
    })
    const attempt = await hand.attempt()
    clock.advance(60_000)
    await ask(service, id, 'pause')
    attempt.succeed()
    await until(service, id, 'step.completed')
    clock.advance(3_600_000)
    expect(await statusOf(service, id)).toBe('paused')
    await ask(service, id, 'resume')
    await until(service, id, 'session.waiting')
    clock.advance(9 * 60_000 - 1)
    expect(await statusOf(service, id)).toBe('waiting')
    clock.advance(1)
    const events = await ended(service, id)
    expect(lastOf(events, 'session.failed').error.code).toBe('SESSION_TIMEOUT')
  })
})

test.each([
  ['goes on', 'continue', [{ uses: 'failing' }, at('end', { dependsOn: [] })], 'step.failed'],
  ['waits for a person', 'escalate', [{ uses: 'failing' }], 'session.waiting'],
] as const)(
  'a session that %s after a failure can be cancelled',
  async (_, onFailure, steps, type) => {
    await using given = await setup()
    const id = await startedUntil(given, { onFailure, steps }, type)
    expect(await ask(given.service, id, 'cancel')).toMatchObject({ http: 202 })
    given.openAll()
    expect((await ended(given.service, id)).at(-1)?.type).toBe('session.cancelled')
  },
)
