import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ExecutorContext } from '../../../src/modules/executors/types.ts'
import type { LoggedEvent } from '../../../src/session/events.ts'
import { functionExecutor, handExecutor } from '../../support/hand-executor.ts'
import { logLines } from '../../support/log-lines.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startService } from '../../support/service.ts'
import { ended, lastOf, start, until } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

/** The log of a session with one step that does what the function says. */
async function logOf(
  execute: (context: ExecutorContext) => unknown,
  settings: Record<string, string> = {},
): Promise<LoggedEvent[]> {
  const executors = [functionExecutor('act', (_, context) => execute(context))]
  await using service = await startService(settings, { executors })
  return await ended(service, await start(service, [{ id: 'a', uses: 'act' }]))
}

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

describe('whatever an executor does, the session ends', () => {
  test.for<[string, () => unknown, RegExp]>([
    [
      'throws an error',
      () => {
        throw new TypeError('broken')
      },
      /^broken$/,
    ],
    [
      'throws nothing',
      () => {
        throw undefined
      },
      /^undefined$/,
    ],
    [
      'throws what cannot be shown',
      () => {
        throw Object.create(null)
      },
      /cannot be shown/,
    ],
    [
      'throws a symbol',
      () => {
        throw Symbol('x')
      },
      /^Symbol\(x\)$/,
    ],
    ['returns nothing', () => undefined, /no outcome/],
    ['returns null', () => null, /no outcome/],
    ['returns a string', () => 'succeeded', /no outcome/],
    ['returns a status of its own', () => ({ status: 'fine' }), /no outcome/],
    ['returns that it did not succeed', () => ({ success: false }), /no outcome/],
    ['returns a BigInt', () => ({ status: 'succeeded', output: { n: 1n } }), /could not be kept/],
    ['returns a cycle', () => ({ status: 'succeeded', output: cyclic }), /could not be kept/],
    [
      'returns what throws when it is read',
      () => ({
        status: 'succeeded',
        output: {
          toJSON() {
            throw new Error('not me')
          },
        },
      }),
      /not me/,
    ],
    ['takes a branch there is not', () => ({ status: 'succeeded', branch: 'maybe' }), /branch/],
    ['waits for no time', () => ({ status: 'waiting', until: Number.NaN }), /no time/],
    ['waits for ever', () => ({ status: 'waiting', until: 1e300 }), /no time/],
    ['waits for a date', () => ({ status: 'waiting', until: new Date() }), /no time/],
    [
      'fails with a code there is not',
      () => ({ status: 'failed', code: 'OUT_OF_TEA', message: 'no tea', retryable: false }),
      /^OUT_OF_TEA: no tea$/,
    ],
    [
      'fails with a code of every object',
      () => ({ status: 'failed', code: 'toString', message: 'x', retryable: false }),
      /^toString: x$/,
    ],
    ['fails without a word', () => ({ status: 'error' }), /undefined/],
    [
      'fails with details that are none',
      () => ({ status: 'error', code: 'EXECUTOR_FAILED', message: 'x', details: { n: 1n } }),
      /could not be kept/,
    ],
    ['says that it was aborted', () => ({ status: 'aborted' }), /stopped by itself/],
  ])('one that %s', async ([, act, message]) => {
    const events = await logOf(act)
    const { error } = lastOf(events, 'session.failed')
    expect(error).toMatchObject({
      code: 'EXECUTOR_FAILED',
      message: expect.stringMatching(message),
    })
    expect(events.filter(({ type }) => type === 'step.started')).toHaveLength(1)
  })

  test.for<[string, unknown]>([
    ['a delay that is none', { retryAfterMs: Number.NaN }],
    ['a delay of the past', { retryAfterMs: -5 }],
    ['a delay without end', { retryAfterMs: Number.POSITIVE_INFINITY }],
  ])('one that asks for %s is tried again as its policy says', async ([, more]) => {
    let calls = 0
    const failing = functionExecutor('act', () => {
      calls += 1
      return {
        status: 'failed',
        code: 'NETWORK_ERROR',
        message: 'x',
        retryable: true,
        ...(more as object),
      }
    })
    await using service = await startService({}, { executors: [failing] })
    const retry = { maxAttempts: 2, delay: '1ms', backoff: 'fixed', jitter: false }
    const events = await ended(service, await start(service, [{ uses: 'act', retry }]))
    expect(calls).toBe(2)
    expect(lastOf(events, 'step.retrying').delayMs).toBe(1)
  })

  test('an output that JSON makes nothing of is none', async () => {
    const events = await logOf(() => ({ status: 'succeeded', output: () => 1 }))
    expect(lastOf(events, 'step.completed')).not.toHaveProperty('output')
  })

  test('an output changed after it was returned stays what it was', async () => {
    const output = { n: 1 }
    const events = await logOf(() => {
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => (output.n = 2))))
      return { status: 'succeeded', output }
    })
    expect([1, 2]).toContain((lastOf(events, 'step.completed').output as { n: number }).n)
  })
})

describe('a timeout', () => {
  test('stops the attempt and makes it an error that may be tried again', async () => {
    const clock = new ManualClock()
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor], clock })
    const retry = { maxAttempts: 2, delay: '1s', backoff: 'fixed', jitter: false }
    const id = await start(service, [{ id: 'a', uses: 'hand', timeout: '2s', retry }])
    const first = await hand.attempt()
    clock.advance(2000)
    expect(first.context.signal.reason).toBe('timeout')
    await until(service, id, 'session.waiting')
    clock.advance(1000)
    const second = await hand.attempt()
    expect(second.context).toMatchObject({ attempt: 2, stepId: 'a' })
    expect(second.context.idempotencyKey).toBe(first.context.idempotencyKey)
    clock.advance(2000)
    const events = await ended(service, id)
    expect(lastOf(events, 'step.retrying').error).toMatchObject({
      code: 'STEP_TIMEOUT',
      retryable: true,
    })
    expect(lastOf(events, 'step.failed')).toMatchObject({
      kind: 'error',
      error: { code: 'STEP_TIMEOUT', retryable: true },
    })
  })

  test('leaves an executor behind that does not stop', async () => {
    const clock = new ManualClock()
    const hand = handExecutor({ stubborn: true })
    await using service = await startService({}, { executors: [hand.executor], clock })
    const id = await start(service, [{ id: 'a', uses: 'hand', timeout: '2s' }])
    await hand.attempt()
    clock.advance(2000)
    clock.advance(10_000)
    expect(lastOf(await ended(service, id), 'step.failed').error).toMatchObject({
      code: 'STEP_TIMEOUT',
      details: { abandoned: true },
    })
  })
})

describe('secrets', () => {
  const secret = 's3cr3t$&value'
  const settings = { SECRET_token: secret, LOG_LEVEL: 'trace' }

  /** Runs the steps and returns all that was kept or told of it. */
  async function everythingOf(steps: object[], act?: (context: ExecutorContext) => unknown) {
    const dir = await mkdtemp(join(tmpdir(), 'stepstream-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const lines = logLines()
    const executor = functionExecutor(
      'act',
      (input, context) => act?.(context) ?? { status: 'succeeded', output: input },
    )
    let events: LoggedEvent[] = []
    let views = ''
    {
      await using service = await startService(
        { ...settings, DATA_DIR: dir },
        { executors: [executor], logDestination: lines },
      )
      const id = await start(service, { onFailure: 'continue', steps })
      events = await ended(service, id)
      for (const path of ['', '/steps', '/progress']) {
        views += await (await service.get(`/v1/sessions/${id}${path}`)).text()
      }
    }
    const files = await readdir(dir, { recursive: true, withFileTypes: true })
    const kept = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name))),
    )
    const told =
      JSON.stringify(events) + views + lines.text() + Buffer.concat(kept).toString('latin1')
    return { events, told }
  }

  test('that a step reads are in no output, error, event, view, line or file', async () => {
    const { events, told } = await everythingOf([
      {
        id: 'plain',
        uses: 'act',
        with: { key: '{{ secrets.token }}', '{{x': ['k {{ secrets.token }}'] },
      },
      { id: 'large', uses: 'act', with: { key: '{{ secrets.token }}', text: 'x'.repeat(70_000) } },
      { id: 'wrong', uses: 'wait', with: { for: '{{ secrets.token }}' } },
    ])
    expect(told).not.toContain(secret)
    const outputs = events.filter(({ type }) => type === 'step.completed')
    expect(JSON.stringify(outputs)).toContain('[secret token]')
    expect(events.filter(({ type }) => type === 'step.failed')).toHaveLength(1)
  })

  test('that an executor asks for are masked in all that it says', async () => {
    const { events, told } = await everythingOf([{ uses: 'act' }], (context) => {
      const value = context.secret('token') ?? ''
      context.output('stdout', `begin ${value} end`)
      for (const character of `split ${value} split`) context.output('stderr', character)
      context.progress({ message: value })
      context.warn('W', value)
      throw new Error(`cannot log in with ${value}`)
    })
    expect(told).not.toContain(secret)
    expect(lastOf(events, 'step.failed').error.message).toBe('cannot log in with [secret token]')
    expect(lastOf(events, 'step.progress').message).toBe('[secret token]')
    expect(lastOf(events, 'step.output').text).toBe('split [secret token] split')
  })
})

describe('what an attempt says', () => {
  test('is gathered for 100 ms before it becomes an event', async () => {
    const clock = new ManualClock()
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor], clock })
    const id = await start(service, [{ uses: 'hand' }])
    const attempt = await hand.attempt()
    for (const word of ['one ', 'two ', 'three']) attempt.context.output('stdout', word)
    attempt.context.output('stderr', 'oops')
    attempt.context.progress({ percent: 10 })
    attempt.context.progress({ percent: 20, message: 'on the way' })
    clock.advance(100)
    const sofar = await until(service, id, 'step.progress')
    expect(sofar.slice(-3).map(({ data }) => data)).toEqual([
      { stream: 'stdout', text: 'one two three' },
      { stream: 'stderr', text: 'oops' },
      { percent: 20, message: 'on the way' },
    ])
    attempt.context.output('stdout', 'last words')
    attempt.succeed()
    expect(lastOf(await ended(service, id), 'step.output').text).toBe('last words')
  })

  test('comes in pieces of 8 KiB that split no character, up to the limit', async () => {
    const events = await logOf(
      ({ output }) => {
        output('stdout', '😀'.repeat(10_000))
        output('stdout', 'more')
        return { status: 'succeeded' }
      },
      { OUTPUT_LIMIT_BYTES: '20000' },
    )
    const pieces = events.flatMap((event) => (event.type === 'step.output' ? [event.data] : []))
    expect(pieces.map(({ text }) => text).join('')).toBe('😀'.repeat(5000))
    for (const { text } of pieces) expect(text.isWellFormed()).toBe(true)
    expect(Math.max(...pieces.map(({ text }) => text.length))).toBeLessThanOrEqual(8192)
    expect(pieces.map(({ truncated }) => truncated)).toEqual([undefined, true])
  })

  test('may be anything at all', async () => {
    const events = await logOf((context) => {
      const { progress, warn, output } = context as unknown as Record<
        'progress' | 'warn' | 'output',
        (...what: unknown[]) => void
      >
      progress({ percent: 'half', message: 7 })
      warn(undefined, 5n)
      output('stdnope', 'where?')
      return { status: 'succeeded' }
    })
    expect(lastOf(events, 'step.progress')).toEqual({ message: '7' })
    expect(lastOf(events, 'warning.issued')).toEqual({ code: 'undefined', message: '5' })
    expect(lastOf(events, 'step.output')).toEqual({ stream: 'stdout', text: 'where?' })
    expect(events.at(-1)?.type).toBe('session.completed')
  })
})

describe('a store that refuses writes for a while', () => {
  test('loses no outcome, and the session goes on when it writes again', async () => {
    const { store, refuse, accept } = wrapStore()
    const clock = new ManualClock()
    const hand = handExecutor()
    await using service = await startService({}, { store, clock, executors: [hand.executor] })
    const id = await start(service, [
      { id: 'a', uses: 'hand' },
      { id: 'b', uses: 'hand' },
    ])
    const first = await hand.attempt()
    refuse()
    first.succeed({ n: 1 })
    // The first try is refused when its timer for the next one is set.
    await expect.poll(() => clock.pending).toBeGreaterThan(0)
    const view = await (await service.get(`/v1/sessions/${id}`)).json()
    expect(view).toMatchObject({ status: 'running', counts: { completed: 0 } })
    const pausing = await service.post(`/v1/sessions/${id}/pause`)
    expect(pausing.status).toBe(503)
    accept()
    const advancing = setInterval(() => clock.advance(100), 5)
    onTestFinished(() => clearInterval(advancing))
    const second = await hand.attempt()
    expect(second.context.stepId).toBe('b')
    second.succeed()
    const events = await ended(service, id)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(events.at(-1)?.type).toBe('session.completed')
    expect(hand.begun).toBe(2)
  })

  test('also keeps a large output until it can be put aside', async () => {
    const { store, refuse, accept } = wrapStore()
    const hand = handExecutor()
    await using service = await startService({}, { store, executors: [hand.executor] })
    const id = await start(service, [{ id: 'a', uses: 'hand' }])
    const attempt = await hand.attempt()
    refuse()
    attempt.succeed({ text: 'x'.repeat(70_000) })
    await expect.poll(() => service.get('/readyz').then(({ status }) => status)).toBe(503)
    accept()
    const events = await ended(service, id)
    expect(lastOf(events, 'step.completed').output).toMatchObject({ artifact: expect.any(String) })
    expect(hand.begun).toBe(1)
  })
})

test('an outcome that cannot be recorded is not the reason to begin the attempt again and again', async () => {
  const clock = new ManualClock()
  const inner = wrapStore().store
  let broken = 1
  const { store } = wrapStore(inner, {
    append: async (append) => {
      const isOutcome = append.events.some(({ type }) => type === 'step.completed')
      if (isOutcome && broken-- > 0) throw new TypeError('a defect')
      return inner.append(append)
    },
  })
  const hand = handExecutor()
  await using service = await startService({}, { store, clock, executors: [hand.executor] })
  const id = await start(service, [{ id: 'a', uses: 'hand' }])
  const first = await hand.attempt()
  first.succeed()
  const advancing = setInterval(() => clock.advance(100), 5)
  onTestFinished(() => clearInterval(advancing))
  const second = await hand.attempt()
  expect(second.context.attempt).toBe(2)
  second.succeed()
  const events = await ended(service, id)
  expect(lastOf(events, 'step.interrupted')).toEqual({ reason: 'crash' })
  expect(events.at(-1)?.type).toBe('session.completed')
})

describe('executors of EXECUTORS_DIR', () => {
  async function folderWith(files: Record<string, string>): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'stepstream-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
    return dir
  }

  test('run like the built-in ones and are listed with them', async () => {
    const dir = await folderWith({
      'greet.mjs': `export default ({ z }) => ({
        name: 'greet',
        description: 'Greets.',
        input: z.strictObject({ name: z.string() }),
        async execute({ name }, { output }) {
          output('stdout', 'hello ' + name)
          return { status: 'succeeded', output: { greeting: 'hello ' + name } }
        },
      })`,
    })
    await using service = await startService({ EXECUTORS_DIR: dir })
    const { executors } = (await (await service.get('/v1/executors')).json()) as {
      executors: { name: string; input: object }[]
    }
    expect(executors.at(-1)).toMatchObject({
      name: 'greet',
      input: { properties: { name: { type: 'string' } } },
    })
    const steps = [{ uses: 'greet', with: { name: '{{ "wor" + "ld" }}' } }]
    const events = await ended(service, await start(service, steps))
    expect(lastOf(events, 'step.completed').output).toEqual({ greeting: 'hello world' })
    expect(lastOf(events, 'step.output').text).toBe('hello world')
    const refused = await service.post('/v1/sessions', [{ uses: 'greet', with: { nmae: 'x' } }])
    expect(refused.status).toBe(400)
  })

  test('a broken one stops the start with its name and leaves nothing behind', async () => {
    const data = await folderWith({})
    const dir = await folderWith({ 'broken.mjs': 'export default { name: "x" }' })
    const settings = { EXECUTORS_DIR: dir, DATA_DIR: data }
    await expect(startService(settings)).rejects.toThrow(/broken\.mjs.*description/)
    await using service = await startService({ DATA_DIR: data })
    expect((await service.get('/healthz')).status).toBe(200)
  })
})
