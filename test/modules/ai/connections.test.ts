import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { AiConnectionSettings } from '../../../src/ai-settings.ts'
import { systemClock } from '../../../src/clock.ts'
import { StepstreamError } from '../../../src/errors.ts'
import type { Json } from '../../../src/json.ts'
import { createAiConnections } from '../../../src/modules/ai/index.ts'
import type { AiRequest, AiUsage } from '../../../src/modules/ai/types.ts'
import { createOutbound } from '../../../src/modules/outbound/index.ts'
import {
  type AiServer,
  answers,
  breaksOff,
  drops,
  empty,
  fails,
  fenced,
  hangs,
  malformed,
  prose,
  says,
  saysAtOnce,
  slowly,
  startAiServer,
  truncated,
} from '../../support/ai-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const key = 'sk-very-secret-key'

function connect(
  ai: Pick<AiServer, 'baseUrl'>,
  more: Partial<AiConnectionSettings> = {},
  { clock = systemClock, allowPrivate = true } = {},
) {
  const outbound = createOutbound({
    allowPrivate,
    allow: [],
    requestTimeoutMs: 10_000,
    connectTimeoutMs: 5000,
  })
  const settings = { apiKey: key, promptPrice: 0, completionPrice: 0, model: 'm', ...more }
  const connections = createAiConnections({
    connections: new Map([['default', { ...settings, baseUrl: ai.baseUrl }]]),
    outbound,
    clock,
    random: () => 0,
    timeoutMs: 10_000,
    maskText: (text) => text.replaceAll('hunter2', '[secret PASSWORD]'),
  })
  return Object.assign(connections, { [Symbol.asyncDispose]: () => outbound.close() })
}

const schema = {
  name: 'answer',
  json: {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
    additionalProperties: false,
  },
}

function numberIn(answer: Json): number {
  const { n } = answer as { n?: unknown }
  if (typeof n !== 'number') throw new Error('n: expected a number')
  return n
}

function question(more: Partial<AiRequest> = {}) {
  return {
    messages: [{ role: 'user' as const, content: 'How many?' }],
    schema,
    signal: new AbortController().signal,
    ...more,
    parse: numberIn,
  }
}

async function errorOf(promise: Promise<unknown>): Promise<StepstreamError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof StepstreamError) return error
  throw new Error(`no error of ours: ${String(error)}`)
}

/** Lets the waits between tries go by at once. */
const hasty = {
  ...systemClock,
  setTimer: (_: number, fire: () => void) => systemClock.setTimer(0, fire),
}

describe('a question', () => {
  test('is streamed, in a strict schema, with the key, and its answer is validated', async () => {
    await using ai = await startAiServer(
      answers(
        { n: 7 },
        {
          usage: {
            prompt_tokens: 50,
            completion_tokens: 5,
            prompt_tokens_details: { cached_tokens: 20 },
          },
        },
      ),
    )
    await using connections = connect(ai, { promptPrice: 2, completionPrice: 10 })
    const { value, usage, repairs } = await connections.ask(question())
    expect([value, repairs]).toEqual([7, 0])
    expect(usage).toMatchObject({
      connection: 'default',
      model: 'm',
      promptTokens: 50,
      completionTokens: 5,
      cachedTokens: 20,
    })
    expect(usage.cost).toBeCloseTo(0.000_15, 10)
    expect(usage.estimated).toBeUndefined()
    expect(ai.asked[0]).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'How many?' }],
      stream: true,
      stream_options: { include_usage: true },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', strict: true, schema: schema.json },
      },
    })
    expect(ai.requests[0]?.headers.authorization).toBe(`Bearer ${key}`)
  })

  test('is answered by servers that know no streams', async () => {
    await using ai = await startAiServer(saysAtOnce('{"n":1}', { reasoning: 'one' }))
    await using connections = connect(ai)
    const thoughts: string[] = []
    const { value } = await connections.ask(
      question({ onReasoning: (text) => thoughts.push(text) }),
    )
    expect([value, thoughts]).toEqual([1, ['one']])
  })

  test('tells the reasoning while it streams', async () => {
    let goOn = () => {}
    const step = () =>
      new Promise<void>((resolve) => {
        goOn = resolve
      })
    await using ai = await startAiServer(
      slowly('{"n":3}', step, { reasoning: 'First I count the apples, then the pears.' }),
    )
    await using connections = connect(ai)
    const thoughts: string[] = []
    const asking = connections.ask(
      question({
        onReasoning(text) {
          thoughts.push(text)
          goOn()
        },
      }),
    )
    await expect.poll(() => thoughts.join('')).toBe('First I count the apples, then the pears.')
    expect(thoughts.length).toBeGreaterThan(1)
    const over = asking.then(({ value }) => value)
    expect(await over).toBe(3)
  })

  test('takes thoughts out of an answer', async () => {
    await using ai = await startAiServer(says('<think>{"n":1}? No.</think>\n{"n":2}'))
    await using connections = connect(ai)
    const thoughts: string[] = []
    const { value } = await connections.ask(
      question({ onReasoning: (text) => thoughts.push(text) }),
    )
    expect([value, thoughts]).toEqual([2, ['{"n":1}? No.']])
  })

  test('counts by the length where the server does not count', async () => {
    await using ai = await startAiServer(answers({ n: 1 }, { usage: null }))
    await using connections = connect(ai)
    const { usage } = await connections.ask(question())
    expect(usage).toMatchObject({ promptTokens: 3, completionTokens: 2, estimated: true })
    expect(usage.cost).toBeUndefined()
  })

  test('never holds a secret', async () => {
    await using ai = await startAiServer(answers({ n: 1 }))
    await using connections = connect(ai)
    await connections.ask(question({ messages: [{ role: 'user', content: 'It shows hunter2.' }] }))
    expect(ai.requests.map(({ body }) => body).join()).not.toContain('hunter2')
    expect(ai.asked[0]?.messages[0]?.content).toBe('It shows [secret PASSWORD].')
  })
})

describe('an answer', () => {
  test('is found in a fence, with words around it', async () => {
    await using ai = await startAiServer(fenced({ n: 4 }), says('Sure: {"n":5}.'))
    await using connections = connect(ai)
    expect(await connections.ask(question())).toMatchObject({ value: 4, repairs: 0 })
    expect(await connections.ask(question())).toMatchObject({ value: 5, repairs: 0 })
  })

  test.each([
    ['prose', prose()],
    ['malformed', malformed()],
    ['empty', empty()],
    ['of another schema', answers({ m: 1 })],
    ['truncated', truncated({ n: 1, more: 'words' })],
  ])('that is %s is told so once, and counted', async (_, turn) => {
    await using ai = await startAiServer(turn, answers({ n: 9 }))
    await using connections = connect(ai)
    const used: AiUsage[] = []
    const { value, usage, repairs } = await connections.ask(
      question({ maxOutputTokens: 100, onUsage: (each) => used.push(each) }),
    )
    expect([value, repairs, used.length]).toEqual([9, 1, 2])
    expect(usage.promptTokens).toBe(200)
    expect(ai.asked[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    expect(ai.asked[1]?.messages[2]?.content).toMatch(/^That answer cannot be used: /)
  })

  test('that is cut off gets more room', async () => {
    await using ai = await startAiServer(truncated({ n: 1, more: 'words' }), answers({ n: 9 }))
    await using connections = connect(ai)
    await connections.ask(question({ maxOutputTokens: 100 }))
    expect(ai.asked.map(({ max_tokens }) => max_tokens)).toEqual([100, 200])
    expect(ai.asked[1]?.messages[2]?.content).toContain('cut off')
  })

  test('that is wrong twice is AI_ANSWER_INVALID, and both are counted', async () => {
    await using ai = await startAiServer(prose(), answers({ n: 'x' }))
    await using connections = connect(ai)
    const used: AiUsage[] = []
    const asking = connections.ask(question({ onUsage: (each) => used.push(each) }))
    const { code, message } = await errorOf(asking)
    expect([code, used.length]).toEqual(['AI_ANSWER_INVALID', 2])
    expect(message).toContain('n: expected a number')
  })

  test('that refuses is AI_REFUSED', async () => {
    await using ai = await startAiServer(
      says('', { refusal: 'I cannot help with that.' }),
      says('', { finish: 'content_filter' }),
    )
    await using connections = connect(ai)
    expect(await errorOf(connections.ask(question()))).toMatchObject({
      code: 'AI_REFUSED',
      message: expect.stringContaining('I cannot help with that.'),
    })
    expect((await errorOf(connections.ask(question()))).code).toBe('AI_REFUSED')
  })
})

describe('a server that refuses', () => {
  test('response_format is asked in lesser ways, and that is remembered', async () => {
    await using ai = await startAiServer(
      fails(400, "'response_format.type' must be 'json_object' or 'text'"),
      fails(400, 'response_format is not supported'),
      fenced({ n: 1 }),
      fenced({ n: 2 }),
    )
    await using connections = connect(ai)
    expect((await connections.ask(question())).value).toBe(1)
    expect((await connections.ask(question())).value).toBe(2)
    expect(ai.asked.map(({ response_format }) => response_format?.type)).toEqual([
      'json_schema',
      'json_object',
      undefined,
      undefined,
    ])
    expect(ai.asked[3]?.messages.at(-1)?.content).toContain('"required":["n"]')
  })

  test('one schema is asked with the next one all the same', async () => {
    await using ai = await startAiServer(
      fails(400, "Invalid schema for response_format 'answer'"),
      answers({ n: 1 }),
      answers({ n: 2 }),
    )
    await using connections = connect(ai)
    await connections.ask(question())
    await connections.ask(question())
    expect(ai.asked.map(({ response_format }) => response_format?.type)).toEqual([
      'json_schema',
      'json_object',
      'json_schema',
    ])
  })

  test('other words of the protocol does without them', async () => {
    await using ai = await startAiServer(
      fails(400, 'Unrecognized request argument supplied: stream_options'),
      fails(400, "'max_tokens' is not supported with this model. Use 'max_completion_tokens'."),
      fails(422, 'stream: not supported'),
      answers({ n: 1 }),
    )
    await using connections = connect(ai)
    await connections.ask(question({ maxOutputTokens: 50 }))
    expect(ai.asked[3]).toMatchObject({ max_completion_tokens: 50 })
    expect(Object.keys(ai.asked[3] ?? {})).not.toContain('stream')
    expect(Object.keys(ai.asked[3] ?? {})).not.toContain('max_tokens')
  })

  test.each([401, 403, 404, 400])(
    'with %i is AI_REFUSED at once, without the key',
    async (status) => {
      await using ai = await startAiServer(fails(status, `Incorrect API key provided: ${key}`))
      await using connections = connect(ai)
      const { code, message } = await errorOf(connections.ask(question()))
      expect([code, ai.asked.length]).toEqual(['AI_REFUSED', 1])
      expect(message).toContain(`it answered ${status}: Incorrect API key provided: [key]`)
      expect(message).not.toContain(key)
    },
  )
})

describe('a server in trouble', () => {
  test.each([
    ['429', fails(429, 'slow down', { 'retry-after': '0' })],
    ['500', fails(500, 'oops')],
    ['503', fails(503, 'loading')],
    ['409', fails(409, 'conflict')],
    ['a cut connection', drops()],
    ['a stream that breaks off', breaksOff('{"n"')],
    ['no chat completion', (_: unknown, response: ServerResponse) => void response.end('<html>')],
  ] as const)('with %s is asked again', async (_, turn) => {
    await using ai = await startAiServer(turn, turn, answers({ n: 1 }))
    await using connections = connect(ai, {}, { clock: hasty })
    expect((await connections.ask(question())).value).toBe(1)
    expect(ai.asked.length).toBe(3)
  })

  test('is asked three times at the most', async () => {
    await using ai = await startAiServer(fails(500, 'a'), fails(500, 'b'), fails(502, 'c'))
    await using connections = connect(ai, {}, { clock: hasty })
    const { code, message } = await errorOf(connections.ask(question()))
    expect([code, ai.asked.length]).toEqual(['AI_UNAVAILABLE', 3])
    expect(message).toContain('it answered 502: c')
  })

  test('is given as long as it asks for, by the clock', async () => {
    await using ai = await startAiServer(
      fails(429, 'slow down', { 'retry-after': '7' }),
      answers({ n: 1 }),
    )
    const clock = new ManualClock()
    await using connections = connect(ai, {}, { clock })
    const asking = connections.ask(question())
    await expect.poll(() => clock.pending).toBe(1)
    clock.advance(6999)
    expect(ai.asked.length).toBe(1)
    clock.advance(1)
    expect((await asking).value).toBe(1)
  })

  test('that asks for too much patience leaves the wait to the step', async () => {
    await using ai = await startAiServer(fails(429, 'tomorrow', { 'retry-after': '3600' }))
    await using connections = connect(ai)
    expect(await errorOf(connections.ask(question()))).toMatchObject({
      code: 'AI_UNAVAILABLE',
      retryAfterMs: 3_600_000,
    })
  })

  test('that hangs is AI_UNAVAILABLE after the limit of each call', async () => {
    await using ai = await startAiServer(hangs(), hangs(), hangs())
    await using connections = connect(ai, {}, { clock: hasty })
    const { code } = await errorOf(connections.ask(question({ timeoutMs: 50 })))
    expect([code, ai.asked.length]).toEqual(['AI_UNAVAILABLE', 3])
  })

  test('is not waited for by whoever gives up', async () => {
    await using ai = await startAiServer(hangs(), fails(429, 'x', { 'retry-after': '10' }))
    await using connections = connect(ai)
    for (const count of [1, 2]) {
      const giveUp = new AbortController()
      const asking = connections.ask(question({ signal: giveUp.signal }))
      await expect.poll(() => ai.asked.length).toBe(count)
      giveUp.abort(new Error('enough'))
      await expect(asking).rejects.toThrow()
    }
  })

  test('at a private address is not reached unless that is allowed', async () => {
    await using ai = await startAiServer(answers({ n: 1 }))
    await using connections = connect(ai, {}, { allowPrivate: false })
    expect((await errorOf(connections.ask(question()))).code).toBe('ADDRESS_REFUSED')
    expect((await errorOf(connections.check(undefined, new AbortController().signal))).code).toBe(
      'ADDRESS_REFUSED',
    )
    expect(ai.requests).toEqual([])
  })
})

describe('a check', () => {
  const { signal } = new AbortController()

  test('asks once a minute, whoever wants to know', async () => {
    await using ai = await startAiServer()
    const clock = new ManualClock()
    await using connections = connect(ai, {}, { clock })
    await Promise.all([connections.check(undefined, signal), connections.check('default', signal)])
    clock.advance(59_999)
    await connections.check(undefined, signal)
    expect(ai.requests.map(({ path }) => path)).toEqual(['/v1/models'])
    clock.advance(1)
    await connections.check(undefined, signal)
    expect(ai.requests.length).toBe(2)
  })

  test('is AI_UNAVAILABLE where nothing listens, until a minute later', async () => {
    const ai = await startAiServer()
    await ai[Symbol.asyncDispose]()
    await using connections = connect(ai)
    expect((await errorOf(connections.check(undefined, signal))).code).toBe('AI_UNAVAILABLE')
  })

  test('of a connection that is not there says what to set', async () => {
    await using ai = await startAiServer()
    await using connections = connect(ai)
    expect([connections.has(), connections.has('fast')]).toEqual([true, false])
    expect(await errorOf(connections.check('fast', signal))).toMatchObject({
      code: 'AI_NEEDED',
      message: expect.stringContaining('AI_CONNECTIONS'),
    })
  })
})
