import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { InteractionHistory } from '../../src/session/interaction-history.ts'
import { functionExecutor, noop } from '../support/hand-executor.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start } from '../support/sessions.ts'

/** A service with one step module, `act`, made of these members. */
async function serviceWith(members: string, settings: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'modules-'))
  const source = `export default ({ z }) => ({
    name: 'act',
    description: 'Acts.',
    input: z.strictObject({ text: z.string().optional(), queue: z.string().optional() }),
    ${members}
  })`
  await writeFile(join(folder, 'act.mjs'), source)
  const service = await startService({ EXECUTORS_DIR: folder, ...settings }, { executors: [noop] })
  return {
    ...service,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Next {
  readonly done: boolean
  readonly pending?: boolean
  readonly status?: string
  readonly interactionId: string
  readonly attempt: number
  readonly command: unknown
}

const next = (service: Service, sessionId: string) =>
  json<Next>(service.post(`/v1/sessions/${sessionId}/next`, { wait: 20 }))

async function answer(service: Service, { interactionId }: Next, body: object): Promise<unknown> {
  const answered = await service.post(`/v1/interactions/${interactionId}/result`, body)
  expect(answered.status).toBe(202)
  return answered.json()
}

const command = `getCommand: ({ text }) => ({ say: text ?? 'hello' }),`

test('makes its command of inputs, variables and what came before, also where that was put aside', async () => {
  await using service = await serviceWith(
    `getCommand: ({ text }, { inputs, vars, steps, session, stepId, attempt }) => {
      const seen = { text, inputs, vars, ids: Object.keys(steps), length: steps.a.output.length }
      inputs.n = 'changed'
      return { ...seen, inputs: { ...inputs, n: 1 }, name: session.name, stepId, attempt }
    },`,
  )
  const id = await start(service, {
    workflow: {
      name: 'look',
      inputs: { n: { type: 'integer' } },
      vars: { v: { type: 'string', default: 'of old' } },
      steps: [
        { id: 'a', uses: 'client', with: { command: 1 } },
        { id: 'b', uses: 'act', with: { text: '{{ vars.v }}' } },
        { id: 'c', uses: 'client', with: { command: '{{ inputs.n }}' } },
      ],
    },
    inputs: { n: 1 },
  })
  await answer(service, await next(service, id), { status: 'ok', output: 'x'.repeat(70_000) })
  const asked = await next(service, id)
  expect(asked.command).toEqual({
    text: 'of old',
    inputs: { n: 1 },
    vars: { v: 'of old' },
    ids: ['a'],
    length: 70_000,
    name: 'look',
    stepId: 'b',
    attempt: 1,
  })
  await answer(service, asked, { status: 'ok' })
  expect((await next(service, id)).command).toBe(1)
})

test('without handleResult a result means what it means for a client step', async () => {
  await using service = await serviceWith(command)
  const retry = { delay: '1ms', jitter: false }
  const id = await start(service, { steps: [{ id: 'a', uses: 'act', retry }] })
  for (const attempt of [1, 2, 3]) {
    const asked = await next(service, id)
    expect(asked).toMatchObject({ attempt, command: { say: 'hello' } })
    const error = { message: 'no luck' }
    await answer(service, asked, { status: 'error', error })
  }
  expect(lastOf(await ended(service, id), 'step.failed')).toMatchObject({
    error: { code: 'CLIENT_FAILED', message: 'no luck' },
  })
})

test('turns a result into an output, variables and another status; the result itself is kept', async () => {
  await using service = await serviceWith(
    `${command}
    handleResult: ({ status, output }, { input, command, vars }) => ({
      status: 'ok',
      output: { was: status, got: output, input, command, before: vars.count },
      vars: { count: vars.count + 1 },
    }),`,
  )
  const id = await start(service, {
    vars: { count: { type: 'integer', default: 1 }, said: { type: 'string' } },
    steps: [
      { id: 'a', uses: 'act', with: { text: 'x' }, set: { said: 'steps.a.output.command.say' } },
      { id: 'b', uses: 'act', with: { text: 'count {{ vars.count }}, {{ vars.said }}' } },
    ],
  })
  const first = await next(service, id)
  const given = { status: 'error', output: 7, error: { message: 'hm' } }
  const accepted = await answer(service, first, given)
  expect(await answer(service, first, given)).toEqual(accepted)
  const second = await next(service, id)
  expect(second.command).toEqual({ say: 'count 2, x' })
  await answer(service, second, { status: 'ok' })
  const events = await ended(service, id)
  const output = { was: 'error', got: 7, input: { text: 'x' }, command: { say: 'x' }, before: 1 }
  expect(
    events.filter(({ type }) => /^(step.comp|variable|interaction.ans)/.test(type)),
  ).toMatchObject([
    {
      type: 'interaction.answered',
      data: { status: 'error', output: 7, error: { message: 'hm' } },
    },
    { type: 'variable.updated', stepId: 'a', data: { name: 'count', value: 2 } },
    { type: 'variable.updated', stepId: 'a', data: { name: 'said', value: 'x' } },
    { type: 'step.completed', stepId: 'a', data: { output } },
    { type: 'interaction.answered', data: { status: 'ok' } },
    { type: 'variable.updated', stepId: 'b', data: { name: 'count', value: 3 } },
    { type: 'step.completed', stepId: 'b' },
  ])
})

test('asks again where the result is refused, and is shown why', async () => {
  await using service = await serviceWith(
    `getCommand: (_, { previousError }) => previousError ?? 'begin',
    handleResult: ({ output }) => output === 'good'
      ? { status: 'ok' }
      : { status: 'error', message: 'not good', output: { problems: [output] } },`,
  )
  const retry = { maxAttempts: 3, delay: '1ms', jitter: false }
  const id = await start(service, { steps: [{ id: 'a', uses: 'act', retry }] })
  const first = await next(service, id)
  expect(first.command).toBe('begin')
  await answer(service, first, { status: 'ok', output: 'bad' })
  const second = await next(service, id)
  expect(second).toMatchObject({
    attempt: 2,
    command: {
      code: 'RESULT_REFUSED',
      message: 'not good',
      details: { output: { problems: ['bad'] } },
    },
  })
  await answer(service, second, { status: 'ok', output: 'good' })
  const events = await ended(service, id)
  expect(lastOf(events, 'step.completed')).toMatchObject({ output: 'good' })
  const { interactions } = await json<{ interactions: InteractionHistory[] }>(
    service.get(`/v1/sessions/${id}/interactions`),
  )
  expect(interactions.map(({ answer }) => answer)).toMatchObject([
    { status: 'ok', output: 'bad' },
    { status: 'ok', output: 'good' },
  ])
})

test.for<[string, string, number, object]>([
  [
    'an error that is not tried again',
    `{ status: 'error', retryable: false }`,
    1,
    { code: 'RESULT_REFUSED' },
  ],
  [
    'a warning that fails',
    `{ status: 'warning', onWarning: 'fail', message: 'odd' }`,
    1,
    { code: 'CLIENT_WARNED', message: 'odd' },
  ],
  [
    'a warning that is tried again',
    `{ status: 'warning', onWarning: 'retry' }`,
    2,
    { code: 'CLIENT_WARNED' },
  ],
  [
    'nothing',
    'undefined',
    1,
    {
      code: 'EXECUTOR_FAILED',
      message: expect.stringMatching(/^act: handleResult returned what is no result/),
    },
  ],
  [
    'what is no status',
    `{ status: 'fine' }`,
    1,
    { code: 'EXECUTOR_FAILED', message: expect.stringContaining('status') },
  ],
  [
    'a field there is not',
    `{ status: 'ok', variables: {} }`,
    1,
    { code: 'EXECUTOR_FAILED', message: expect.stringContaining('variables') },
  ],
  [
    'variables of what fails',
    `{ status: 'error', vars: { v: 1 } }`,
    1,
    {
      code: 'EXECUTOR_FAILED',
      message: expect.stringContaining('vars: what fails sets no variables'),
    },
  ],
  [
    'a variable that is not declared',
    `{ status: 'ok', vars: { w: 1 } }`,
    1,
    { code: 'EXECUTOR_FAILED', message: 'the variable "w": is not declared' },
  ],
  [
    'a variable of the wrong type',
    `{ status: 'ok', vars: { v: 'one' } }`,
    1,
    {
      code: 'EXECUTOR_FAILED',
      message: expect.stringMatching(/^the variable "v": does not match its schema/),
    },
  ],
  [
    'an error by throwing it',
    `(() => { throw new Error('broken') })()`,
    1,
    { code: 'EXECUTOR_FAILED', message: 'broken' },
  ],
])('handleResult may return %s', async ([, meaning, times, error]) => {
  await using service = await serviceWith(`${command} handleResult: () => (${meaning}),`)
  const retry = { maxAttempts: 2, delay: '1ms', jitter: false }
  const id = await start(service, {
    vars: { v: { type: 'integer', default: 0 } },
    steps: [{ id: 'a', uses: 'act', retry }],
  })
  for (let time = 0; time < times; time++) {
    await answer(service, await next(service, id), { status: 'ok', output: 7 })
  }
  const events = await ended(service, id)
  expect(lastOf(events, 'step.failed')).toMatchObject({ error })
  expect(lastOf(events, 'interaction.answered')).toMatchObject({ status: 'ok', output: 7 })
  expect(events.filter(({ type }) => type === 'variable.updated')).toEqual([])
})

test('a warning that goes on sets its variables', async () => {
  await using service = await serviceWith(
    `${command} handleResult: () => ({ status: 'warning', output: 1, vars: { v: 2 } }),`,
  )
  const id = await start(service, {
    vars: { v: { type: 'integer' } },
    steps: [{ id: 'a', uses: 'act' }],
  })
  await answer(service, await next(service, id), { status: 'ok' })
  const events = await ended(service, id)
  expect(lastOf(events, 'variable.updated')).toEqual({ name: 'v', value: 2 })
  expect(lastOf(events, 'step.completed')).toMatchObject({ output: 1 })
})

test.for<[string, string, unknown]>([
  ['throws', `getCommand() { throw new Error('no idea') },`, 'no idea'],
  ['returns nothing', 'getCommand: () => undefined,', 'act: getCommand returned no JSON'],
])('a getCommand that %s fails its step', async ([, members, message]) => {
  await using service = await serviceWith(members)
  const id = await start(service, { steps: [{ id: 'a', uses: 'act' }] })
  expect(await next(service, id)).toEqual({ done: true, status: 'failed' })
  expect(lastOf(await ended(service, id), 'step.failed')).toMatchObject({
    error: { code: 'EXECUTOR_FAILED', message },
  })
})

test('a queue of the module, or of the step, is for those who serve it', async () => {
  await using service = await serviceWith(`queue: 'gpu', ${command}`)
  const id = await start(service, {
    steps: [
      { id: 'a', uses: 'act', dependsOn: [] },
      { id: 'b', uses: 'act', with: { queue: 'cpu' }, dependsOn: [] },
    ],
  })
  const asked = async () => {
    const { interactions } = await json<{ interactions: InteractionHistory[] }>(
      service.get(`/v1/sessions/${id}/interactions`),
    )
    return interactions.map(({ stepId, kind, queue }) => `${stepId} ${kind} ${queue}`).sort()
  }
  await expect.poll(asked).toEqual(['a worker gpu', 'b worker cpu'])
})

test('an output that breaks the schema of the module is refused', async () => {
  await using service = await serviceWith(`${command} resultSchema: { type: 'integer' },`)
  const id = await start(service, { steps: [{ id: 'a', uses: 'act' }] })
  const { interactionId } = await next(service, id)
  const path = `/v1/interactions/${interactionId}/result`
  const refused = await service.post(path, { status: 'ok', output: 'x' })
  expect([refused.status, await json(refused)]).toMatchObject([400, { code: 'INVALID_VALUE' }])
  expect((await service.post(path, { status: 'ok', output: 1 })).status).toBe(202)
  expect(await next(service, id)).toEqual({ done: true, status: 'completed' })
})

test('what it asks for may hold no secret', async () => {
  await using service = await serviceWith(command, { SECRET_TOKEN: 'hush-hush' })
  const steps = [{ id: 'a', uses: 'act', with: { text: '{{ secrets.TOKEN }}' } }]
  const refused = await service.post('/v1/sessions', { steps })
  expect([refused.status, await json(refused)]).toMatchObject([
    400,
    { faults: [{ pointer: '/steps/0/with/text', code: 'INVALID_EXPRESSION' }] },
  ])
})

test('sees the steps that it comes after, and at the end all of them', async () => {
  await using service = await serviceWith(`getCommand: (_, { steps }) => steps,`)
  const id = await start(service, {
    steps: [
      { id: 'a', uses: 'noop', dependsOn: [] },
      { id: 'b', uses: 'noop', dependsOn: ['a'] },
      { id: 'c', uses: 'noop', dependsOn: [] },
      { id: 'd', uses: 'act', dependsOn: ['b'] },
      { id: 'e', uses: 'act', finally: true },
    ],
  })
  const asked = await next(service, id)
  expect(asked.command).toMatchObject({ a: { status: 'completed' }, b: { status: 'completed' } })
  expect(Object.keys(asked.command as object)).toEqual(['a', 'b'])
  await answer(service, asked, { status: 'ok', output: 'done' })
  const last = await next(service, id)
  expect(Object.keys(last.command as object)).toEqual(['a', 'b', 'c', 'd'])
  expect(last.command).toMatchObject({ d: { status: 'completed', output: 'done' } })
})

test('is told for which item of a list it is', async () => {
  await using service = await serviceWith(
    `getCommand: ({ text }, { item, index, steps }) => ({ text, item, index, ids: Object.keys(steps) }),`,
  )
  const id = await start(service, {
    maxParallel: 1,
    steps: [
      { id: 'a', uses: 'noop' },
      { id: 'b', uses: 'act', forEach: '["x", "y"]', with: { text: '{{ item }}' } },
    ],
  })
  for (const [index, item] of ['x', 'y'].entries()) {
    const asked = await next(service, id)
    expect(asked.command).toEqual({ text: item, item, index, ids: ['a'] })
    await answer(service, asked, { status: 'ok', output: index })
  }
  expect(await next(service, id)).toEqual({ done: true, status: 'completed' })
})

test('an executor of one’s own may set variables as well, and look at what came before', async () => {
  const look = functionExecutor('look', async (_, context) => {
    const { vars, steps, previousError } = await context.scope()
    if (context.attempt === 1) {
      return { status: 'error', code: 'NETWORK_ERROR', message: 'away', retryable: true }
    }
    const output = { vars, steps, previousError }
    return { status: 'succeeded', output, set: { v: 2 } }
  })
  await using service = await startService({}, { executors: [noop, look] })
  const id = await start(service, {
    vars: { v: { type: 'integer', default: 1 } },
    steps: [
      { id: 'a', uses: 'noop' },
      { id: 'b', uses: 'look', retry: { maxAttempts: 2, delay: '1ms' } },
    ],
  })
  const events = await ended(service, id)
  expect(lastOf(events, 'variable.updated')).toEqual({ name: 'v', value: 2 })
  expect(lastOf(events, 'step.completed')).toMatchObject({
    output: {
      vars: { v: 1 },
      steps: { a: { status: 'completed' } },
      previousError: { code: 'NETWORK_ERROR', message: 'away' },
    },
  })
})

test('takes back what a step did, and sees its output', async () => {
  await using service = await serviceWith(
    `getCommand: (_, { stepId, steps }) => ({ undo: steps[stepId].output }),
    handleResult: () => ({ status: 'ok' }),`,
  )
  const id = await start(service, {
    onFailure: 'rollback',
    steps: [
      { id: 'a', uses: 'client', with: { command: 1 }, undo: { uses: 'act' } },
      { id: 'b', uses: 'client', with: { command: 2 }, retry: { maxAttempts: 1 } },
    ],
  })
  await answer(service, await next(service, id), { status: 'ok', output: 'made' })
  await answer(service, await next(service, id), { status: 'error' })
  const undo = await next(service, id)
  expect(undo.command).toEqual({ undo: 'made' })
  await answer(service, undo, { status: 'ok' })
  expect(await next(service, id)).toEqual({ done: true, status: 'failed' })
  expect((await ended(service, id)).map(({ type }) => type)).toContain('step.undone')
})
