import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errors } from '../../src/errors.ts'
import { functionExecutor, noop } from '../support/hand-executor.ts'
import { logLines } from '../support/log-lines.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

type Problem = Record<string, unknown> & { faults?: { pointer: string; code: string }[] }

let service: Service

beforeAll(async () => {
  service = await startService({ MAX_STEPS: '500' }, { executors: [noop] })
})

afterAll(() => service[Symbol.asyncDispose]())

/** A refusal has every part that a problem has, and nothing from inside. */
async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const text = await response.text()
  expect(text).not.toMatch(/ at .*:\d+:\d+|node_modules|\.ts\b|FST_/)
  const problem = JSON.parse(text) as Problem
  const row = errors[problem['code'] as keyof typeof errors]
  expect(row).toBeDefined()
  expect(problem).toMatchObject({
    type: `/docs/errors#${problem['code']}`,
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
    category: row.category,
    severity: row.severity,
    id: expect.stringMatching(/^err_[0-9A-HJKMNP-TV-Z]{26}$/),
    retryable: row.retryable,
    recoverable: row.recoverable,
    suggestedAction: row.suggestedAction,
    requestId: response.headers.get('x-request-id'),
  })
  expect(row.status).toBe(response.status)
  return problem
}

const a = { id: 'a', uses: 'noop' }
const b = { id: 'b', uses: 'noop' }

describe('a body that is refused', () => {
  test.for<[string, unknown, number, string, string?]>([
    ['malformed JSON', '{"steps": [', 400, 'MALFORMED_JSON'],
    ['an empty body', '', 400, 'EMPTY_BODY'],
    ['a body of blanks', ' \n ', 400, 'EMPTY_BODY'],
    ['a number', '5', 400, 'WRONG_TYPE', ''],
    ['null', 'null', 400, 'EMPTY_BODY', ''],
    ['steps that are no list', { steps: 'Wait 1s' }, 400, 'WRONG_TYPE', '/steps'],
    ['a step of a wrong type', { steps: [5] }, 400, 'WRONG_TYPE', '/steps/0'],
    ['an unknown field', { steps: [a], stepz: 1 }, 400, 'UNKNOWN_FIELD', '/stepz'],
    [
      'an unknown field of a step',
      { steps: [{ ...a, retires: 2 }] },
      400,
      'UNKNOWN_FIELD',
      '/steps/0/retires',
    ],
    [
      'an unknown field beside the workflow',
      { workflow: [a], input: {} },
      400,
      'UNKNOWN_FIELD',
      '/input',
    ],
    ['no steps', { steps: [] }, 400, 'NO_STEPS', '/steps'],
    ['an empty list', [], 400, 'NO_STEPS', ''],
    ['a step id twice', [a, b, a], 400, 'DUPLICATE_STEP_ID', '/2/id'],
    [
      'a dependency on no step',
      [{ ...a, dependsOn: ['zzz'] }],
      400,
      'UNKNOWN_STEP',
      '/0/dependsOn/0',
    ],
    [
      'a cycle',
      [
        { ...a, dependsOn: ['b'] },
        { ...b, dependsOn: ['a'] },
      ],
      400,
      'DEPENDENCY_CYCLE',
    ],
    [
      'a step timeout above the session’s',
      { timeout: '10s', steps: [{ ...a, timeout: '20s' }] },
      400,
      'TIMEOUT_HIERARCHY',
      '/steps/0/timeout',
    ],
    [
      'a request timeout above the step’s',
      [
        {
          uses: 'webhook',
          with: { url: 'http://127.0.0.1:1', requestTimeout: '20s' },
          timeout: '10s',
        },
      ],
      400,
      'TIMEOUT_HIERARCHY',
      '/0/with/requestTimeout',
    ],
    [
      'a duration without a unit',
      { timeout: 5, steps: [a] },
      400,
      'DURATION_WITHOUT_UNIT',
      '/timeout',
    ],
    [
      'a duration that is none',
      { timeout: 'soon', steps: [a] },
      400,
      'INVALID_DURATION',
      '/timeout',
    ],
    [
      'an expression fault',
      [{ ...a, with: { x: '{{ 1 + }}' } }],
      400,
      'INVALID_EXPRESSION',
      '/0/with/x',
    ],
    ['a fault in a condition', [{ ...a, when: '1 +' }], 400, 'INVALID_EXPRESSION', '/0/when'],
    ['an unknown executor', [{ uses: 'teleport' }], 400, 'UNKNOWN_EXECUTOR', '/0/uses'],
    [
      'a program that is not allowed',
      [{ uses: 'command', with: { run: ['rm', '-rf', '/'] } }],
      400,
      'COMMAND_NOT_ALLOWED',
      '/0/with/run/0',
    ],
    ['501 steps', Array.from({ length: 501 }, () => 'Wait 1s'), 400, 'TOO_MANY_STEPS', ''],
    ['a sentence nobody can read', ['Make me a sandwich'], 400, 'UNREADABLE_SENTENCE', '/0'],
    ['a NUL character', [{ ...a, with: { x: 'a\0b' } }], 400, 'INVALID_CHARACTERS', '/0/with/x'],
    [
      'a lone surrogate',
      '[{"id":"a","uses":"noop","with":{"x":"\\ud800"}}]',
      400,
      'INVALID_CHARACTERS',
      '/0/with/x',
    ],
    ['a __proto__ key', '{"steps":[],"__proto__":{"x":1}}', 400, 'MALFORMED_JSON'],
    ['a constructor key', '{"steps":[],"constructor":{"prototype":{}}}', 400, 'MALFORMED_JSON'],
    [
      'a strategy there is not',
      { onFailure: 'panic', steps: [a] },
      400,
      'INVALID_VALUE',
      '/onFailure',
    ],
  ])('%s', async ([, body, status, code, pointer]) => {
    for (const path of ['/v1/sessions', '/v1/plans']) {
      const response = await service.post(path, body)
      const problem = await problemOf(response)
      expect([response.status, problem['code']]).toEqual([status, code])
      if (pointer !== undefined) {
        expect(problem.faults).toContainEqual(expect.objectContaining({ pointer, code }))
      }
    }
  })

  test('a cycle is spelled out', async () => {
    const steps = ['a', 'b', 'c'].map((id, index, ids) => ({
      id,
      uses: 'noop',
      dependsOn: [ids[(index + 1) % 3]],
    }))
    const problem = await problemOf(await service.post('/v1/sessions', { steps }))
    expect(problem['detail']).toContain('a → c → b → a')
  })

  test('a refused sentence names its line and the forms there are', async () => {
    const problem = await problemOf(await service.post('/v1/sessions', ['Wait 1s', 'Do things']))
    expect(problem.faults).toEqual([
      expect.objectContaining({ pointer: '/1', message: expect.stringMatching(/Wait/) }),
    ])
  })

  test('every fault is reported at once', async () => {
    const steps = [
      { id: 'a', uses: 'x1', timeout: 3 },
      { id: 'a', uses: 'noop', foo: 1 },
    ]
    const problem = await problemOf(await service.post('/v1/sessions', { steps }))
    expect(new Set(problem.faults?.map(({ code }) => code)).size).toBeGreaterThan(2)
  })

  test.for([
    ['malformed', 'steps: [', 'MALFORMED_YAML'],
    ['with a key twice', 'steps: []\nsteps: []', 'MALFORMED_YAML'],
    ['of two documents', '- Wait 1s\n---\n- Wait 1s', 'MALFORMED_YAML'],
    ['that is empty', '', 'EMPTY_BODY'],
    ['that is a comment', '# nothing', 'EMPTY_BODY'],
    ['with a __proto__ key', 'steps: ["Wait 1s"]\n__proto__: { x: 1 }', 'UNKNOWN_FIELD'],
    ['with a value of its own kind', '- { uses: noop, with: { x: !!binary aGk= } }', 'WRONG_TYPE'],
  ])('YAML %s', async ([, body = '', code]) => {
    const headers = { 'content-type': 'application/yaml' }
    const response = await service.post('/v1/sessions', body, headers)
    expect(response.status).toBe(400)
    expect(await problemOf(response)).toMatchObject({ code })
  })

  test.for(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'of type %s',
    async (type) => {
      const response = await service.post('/v1/sessions', '["Wait 1s"]', { 'content-type': type })
      expect(response.status).toBe(415)
      expect(await problemOf(response)).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' })
    },
  )

  test('a control command’s body has its pointers too', async () => {
    const id = await start(service, ['Wait 1h'])
    const path = `/v1/sessions/${id}/cancel`
    const wrong = await problemOf(await service.post(path, { reason: 5 }))
    expect(wrong).toMatchObject({ code: 'WRONG_TYPE', faults: [{ pointer: '/reason' }] })
    const unknown = await problemOf(await service.post(path, { why: 'x' }))
    expect(unknown).toMatchObject({ code: 'UNKNOWN_FIELD', faults: [{ pointer: '/why' }] })
    const empty = await service.post(path, '')
    expect(empty.status).toBe(202)
  })
})

describe('a request that is refused', () => {
  const nobody = 'ses_00000000000000000000000000'

  test.for<[string, string, string, number, string]>([
    ['an unknown route', 'GET', '/v2/sessions', 404, 'ROUTE_NOT_FOUND'],
    ['an unknown artifact', 'GET', '/v1/artifacts/art_nope', 404, 'ARTIFACT_NOT_FOUND'],
    ['an artifact id of dots', 'GET', '/v1/artifacts/..%2F..%2Fetc', 404, 'ARTIFACT_NOT_FOUND'],
    ['a list cursor of another kind', 'GET', '/v1/sessions?cursor=abc', 400, 'INVALID_CURSOR'],
    ['an unknown query', 'GET', '/v1/sessions?stauts=running', 400, 'INVALID_QUERY'],
    ['an unknown status', 'GET', '/v1/sessions?status=happy', 400, 'INVALID_QUERY'],
    ['a limit of nothing', 'GET', '/v1/sessions?limit=0', 400, 'INVALID_QUERY'],
    ['a time that is none', 'GET', '/v1/sessions?createdAfter=now', 400, 'INVALID_QUERY'],
    ['a URL that is malformed', 'GET', '/v1/sessions/%zz', 400, 'INVALID_QUERY'],
    ['an id far too long', 'GET', `/v1/sessions/${'x'.repeat(300)}`, 404, 'ROUTE_NOT_FOUND'],
    ...(
      [
        ['GET', ''],
        ['GET', '/progress'],
        ['GET', '/steps'],
        ['GET', '/artifacts'],
        ['GET', '/events'],
        ['POST', '/pause'],
        ['POST', '/resume'],
        ['POST', '/cancel'],
        ['DELETE', ''],
      ] as const
    ).flatMap(([method, path]) =>
      [nobody, 'nobody', 'ses_%F0%9F%92%A5'].map((id): [string, string, string, number, string] => [
        `${method} of no session ${id}${path}`,
        method,
        `/v1/sessions/${id}${path}`,
        404,
        'SESSION_NOT_FOUND',
      ]),
    ),
  ])('%s', async ([, method, path, status, code]) => {
    const response = await fetch(service.url + path, { method })
    expect(await problemOf(response)).toMatchObject({ status, code })
  })

  test.for([
    ['PUT', '/v1/sessions', 'GET, HEAD, POST'],
    ['PATCH', '/v1/sessions/ses_1', 'DELETE, GET, HEAD'],
    ['GET', '/v1/sessions/ses_1/pause', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/openapi.yaml', 'GET, HEAD'],
    ['DELETE', '/v1/sessions/ses_1/events', 'GET, HEAD'],
  ])('%s %s is answered with the methods there are', async ([method = '', path, allowed]) => {
    const response = await fetch(service.url + path, { method })
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
    expect(response.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allowed)
  })

  test.for(['text/html', 'image/*;q=0.5', 'text/event-stream;q=0, application/xml'])(
    'events as %s',
    async (accept) => {
      const id = await start(service, [a])
      const response = await service.get(`/v1/sessions/${id}/events`, { accept })
      expect(await problemOf(response)).toMatchObject({ status: 406, code: 'NOT_ACCEPTABLE' })
    },
  )

  test('a cursor of the JSON pages that is none', async () => {
    const id = await start(service, [a])
    const path = `/v1/sessions/${id}/events?after=x`
    const response = await service.get(path, { accept: 'application/json' })
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'INVALID_CURSOR' })
  })

  test('control of an ended session, and removal of a running one', async () => {
    const done = await start(service, [a])
    await ended(service, done)
    for (const command of ['pause', 'resume', 'cancel']) {
      const response = await service.post(`/v1/sessions/${done}/${command}`)
      expect(await problemOf(response)).toMatchObject({ status: 409, code: 'SESSION_ENDED' })
    }
    const running = await start(service, ['Wait 1h'])
    const response = await fetch(`${service.url}/v1/sessions/${running}`, { method: 'DELETE' })
    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'SESSION_NOT_ENDED' })
  })
})

describe('a hostile body', () => {
  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000)
  const manyKeys = Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n')
  const manyAliases = '- &a x\n'.repeat(5000) + '- *a\n'.repeat(5000)

  test.for<[string, string, string, string]>([
    ['JSON lists nested 100,000 deep', 'json', deep('[', ']'), 'NESTED_TOO_DEEP'],
    [
      'JSON objects nested 100,000 deep',
      'json',
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      'NESTED_TOO_DEEP',
    ],
    ['JSON that opens 5,000,000 lists', 'json', '['.repeat(5_000_000), 'MALFORMED_JSON'],
    ['YAML nested 100,000 deep', 'yaml', deep('[', ']'), 'NESTED_TOO_DEEP'],
    ['YAML that opens 5,000,000 maps', 'yaml', '{'.repeat(5_000_000), 'NESTED_TOO_DEEP'],
    ['YAML lists in lists', 'yaml', `${'- '.repeat(50_000)}x`, 'MALFORMED_YAML'],
    ['YAML with 5,000 aliases', 'yaml', manyAliases, 'MALFORMED_YAML'],
    ['YAML of 20,000 keys', 'yaml', manyKeys, 'UNKNOWN_FIELD'],
    [
      'a string of 5,000,000 characters',
      'json',
      JSON.stringify(['x'.repeat(5_000_000)]),
      'STRING_TOO_LONG',
    ],
    ['YAML of a million items', 'yaml', '- x\n'.repeat(1_000_000), 'BODY_TOO_LARGE'],
  ])('%s is refused fast', async ([, type, body, code]) => {
    const headers = { 'content-type': `application/${type}` }
    const began = performance.now()
    const problem = await problemOf(await service.post('/v1/sessions', body, headers))
    expect(problem['code']).toBe(code)
    // Generous: what this guards against takes from ten seconds to minutes.
    expect(performance.now() - began).toBeLessThan(5000)
    const after = await service.post('/v1/sessions', [a])
    expect(after.status).toBe(202)
  })

  test('one beyond the limit is refused before it is read', async () => {
    const response = await fetch(`${service.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `["${'x'.repeat(10_000_000)}"]`,
    }).catch((error: Error) => error)
    if (response instanceof Response) {
      expect(await problemOf(response)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    } else {
      // The connection was closed while the client still sent, which is all it needs to know.
      expect(response.message).toBe('fetch failed')
    }
    expect((await service.get('/healthz')).status).toBe(200)
  })

  test('the limit of a body is a setting', async () => {
    await using small = await startService({ MAX_BODY_BYTES: '100' })
    const response = await small.post('/v1/sessions', ['Wait 1s', 'x'.repeat(100)])
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    expect((await small.post('/v1/sessions', ['Wait 1s'])).status).toBe(202)
  })

  test('the limit of steps is a setting', async () => {
    await using small = await startService({ MAX_STEPS: '2' })
    expect((await small.post('/v1/sessions', Array(2).fill('Wait 1s'))).status).toBe(202)
    const response = await small.post('/v1/sessions', Array(3).fill('Wait 1s'))
    expect(await problemOf(response)).toMatchObject({ code: 'TOO_MANY_STEPS' })
  })
})

describe('a fault of our own', () => {
  test('is told without what went wrong, and logged with it', async () => {
    const lines = logLines()
    const broken = {
      ...functionExecutor('broken', () => ({ status: 'succeeded' })),
      check() {
        throw new TypeError('the password of the database is hunter2')
      },
    }
    await using failing = await startService(
      { LOG_LEVEL: 'info' },
      { executors: [broken], logDestination: lines },
    )
    const response = await failing.post('/v1/sessions', [{ uses: 'broken' }])
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL', detail: 'something went wrong' })
    const [line] = lines.of('the request failed')
    expect(line).toMatchObject({ reqId: problem['requestId'] })
    expect(JSON.stringify(line)).toContain('hunter2')
  })

  test('an executor that throws fails its step, not the service', async () => {
    const thrower = functionExecutor('thrower', () => {
      throw new TypeError('no such thing')
    })
    await using failing = await startService({}, { executors: [thrower] })
    const id = await start(failing, [{ uses: 'thrower' }])
    await ended(failing, id)
    const view = await json(failing.get(`/v1/sessions/${id}`))
    expect(view).toMatchObject({
      status: 'failed',
      error: { code: 'EXECUTOR_FAILED', message: 'no such thing' },
    })
    await nextTurn()
    expect((await failing.get('/readyz')).status).toBe(200)
  })
})
