import { describe, expect, test } from 'vitest'
import { compile, faultDetailsOf, faultsOf, planner } from './planning.ts'

const headers = { authorization: 'Bearer {{ secrets.TOKEN }}' }
const webhook = {
  with: { method: 'POST', url: 'http://a.test/', headers },
  retry: { maxAttempts: 5, delay: '2s' },
  timeout: '20s',
  idleTimeout: '10s',
  onFailure: 'continue',
  onInterrupted: 'retry',
}

const planned = (steps: unknown, stepDefaults: unknown = { webhook }) =>
  compile({ stepDefaults, steps }).plan.steps

describe('stepDefaults', () => {
  test('hold for each step of the kind that says nothing itself', () => {
    const [first, second] = planned([{ uses: 'webhook' }, 'Wait 1s'])
    expect(first).toMatchObject({
      with: webhook.with,
      retry: { maxAttempts: 5, delayMs: 2000, backoff: 'exponential' },
      timeoutMs: 20_000,
      idleMs: 10_000,
      onFailure: 'continue',
      onInterrupted: 'retry',
    })
    expect(second).toMatchObject({ retry: { maxAttempts: 1 }, timeoutMs: 300_000 })
  })

  test('give way to what a step says, field by field in “with” and “retry”', () => {
    const own = {
      uses: 'webhook',
      with: { url: 'http://b.test/', headers: { accept: 'text/plain' } },
      retry: { maxAttempts: 2 },
      timeout: '30s',
      onInterrupted: 'fail',
    }
    expect(planned([own])[0]).toMatchObject({
      with: { method: 'POST', url: 'http://b.test/', headers: { accept: 'text/plain' } },
      retry: { maxAttempts: 2, delayMs: 2000 },
      timeoutMs: 30_000,
      idleMs: 10_000,
      onInterrupted: 'fail',
    })
    expect(planned([own])[0]?.with['headers']).toEqual({ accept: 'text/plain' })
  })

  test('hold for sentences', () => {
    const [get] = planned(['GET http://b.test/'])
    expect(get).toMatchObject({
      text: 'GET http://b.test/',
      with: { method: 'GET', url: 'http://b.test/', headers },
      timeoutMs: 20_000,
    })
  })

  test('hold for an undo, as far as an undo can have them', () => {
    const [first] = planned([{ uses: 'command', with: { run: ['x'] }, undo: { uses: 'webhook' } }])
    expect(first?.undo).toEqual({
      uses: 'webhook',
      with: webhook.with,
      retry: expect.objectContaining({ maxAttempts: 5, delayMs: 2000 }),
      timeoutMs: 20_000,
      onInterrupted: 'retry',
    })
    expect(first?.idleMs).toBeUndefined()
    expect(first?.onFailure).toBeUndefined()
  })

  test('make what depends on the input follow from the whole input', () => {
    const [post, get] = planned(
      [{ uses: 'webhook' }, { uses: 'webhook', with: { method: 'GET' } }],
      {
        webhook: { with: webhook.with },
      },
    )
    expect(post).toMatchObject({ retry: { maxAttempts: 1 }, onInterrupted: 'fail' })
    expect(get).toMatchObject({ retry: { maxAttempts: 3 }, onInterrupted: 'retry' })
  })

  test('stay with the steps of a session that goes on with another input', () => {
    const { plan } = compile({ stepDefaults: { webhook }, steps: [{ id: 'a', uses: 'webhook' }] })
    const changes = { steps: { a: { with: { url: 'http://b.test/' } } } }
    const [revised] = planner.revise(plan, changes, () => false).plan.steps
    expect(revised).toMatchObject({
      retry: { maxAttempts: 5, delayMs: 2000 },
      timeoutMs: 20_000,
      idleMs: 10_000,
      onFailure: 'continue',
    })
    expect(revised?.with).toEqual({ url: 'http://b.test/' })
  })

  test('leave what was posted as it is', () => {
    const body = { stepDefaults: { webhook }, steps: [{ uses: 'webhook' }] }
    const before = structuredClone(body)
    compile(body)
    expect(body).toEqual(before)
  })
})

const bad: readonly (readonly [name: string, defaults: unknown, steps: unknown[], ...string[]])[] =
  [
    ['no object', 3, ['Wait 1s'], 'WRONG_TYPE /stepDefaults'],
    ['a list', [], ['Wait 1s'], 'WRONG_TYPE /stepDefaults'],
    ['an unknown executor', { webhok: {} }, ['Wait 1s'], 'UNKNOWN_EXECUTOR /stepDefaults/webhok'],
    [
      'an unknown field',
      { wait: { dependsOn: [] } },
      ['Wait 1s'],
      'UNKNOWN_FIELD /stepDefaults/wait/dependsOn',
    ],
    [
      'a bare timeout',
      { webhook: { ...webhook, timeout: 5 } },
      [{ uses: 'webhook' }],
      'DURATION_WITHOUT_UNIT /stepDefaults/webhook/timeout',
    ],
    [
      'a wrong retry',
      { wait: { retry: { maxAttempts: 0 } } },
      ['Wait 1s'],
      'INVALID_VALUE /stepDefaults/wait/retry/maxAttempts',
    ],
    [
      'an input that is wrong for every step, once',
      { webhook: { with: { url: 'here' } } },
      [{ uses: 'webhook' }, { uses: 'webhook' }],
      'INVALID_VALUE /stepDefaults/webhook/with/url',
    ],
    [
      'an input the kind does not know',
      { webhook: { with: { url: 'http://a.test/', colour: 1 } } },
      [{ uses: 'webhook' }],
      'UNKNOWN_FIELD /stepDefaults/webhook/with/colour',
    ],
    [
      'an input that is wrong in the step',
      { webhook },
      [{ uses: 'webhook', with: { url: 'here' } }],
      'INVALID_VALUE /steps/0/with/url',
    ],
    [
      'an input that nobody gave',
      { webhook: { with: { method: 'GET' } } },
      [{ uses: 'webhook' }],
      'MISSING_FIELD /steps/0/with/url',
    ],
    [
      'an input that a sentence does not have',
      { webhook: { with: { headers: 3 } } },
      ['GET http://a.test/'],
      'WRONG_TYPE /stepDefaults/webhook/with/headers',
    ],
    [
      'an expression that is wrong',
      { webhook: { with: { url: 'http://{{ 1 + }}/' } } },
      [{ uses: 'webhook' }],
      'INVALID_EXPRESSION /stepDefaults/webhook/with/url',
    ],
    [
      'a secret there is not',
      { webhook: { with: { headers: { a: '{{ secrets.NONE }}' } } } },
      ['GET http://a.test/'],
      'UNKNOWN_SECRET /stepDefaults/webhook/with/headers/a',
    ],
    [
      'a timeout beyond that of the session',
      { webhook: { ...webhook, timeout: '2h' } },
      [{ uses: 'webhook' }],
      'TIMEOUT_HIERARCHY /stepDefaults/webhook/timeout',
    ],
    [
      'an idle timeout above the limit that the step gives itself',
      { webhook },
      [{ uses: 'webhook', timeout: '5s' }],
      'TIMEOUT_HIERARCHY /stepDefaults/webhook/idleTimeout',
    ],
    [
      'a wrong input of an undo',
      { webhook: { with: { url: 'here' } } },
      [{ uses: 'command', with: { run: ['x'] }, undo: { uses: 'webhook' } }],
      'INVALID_VALUE /stepDefaults/webhook/with/url',
    ],
    [
      'too much input',
      { wait: { with: { for: '1s'.padStart(20_000, ' ') } } },
      [{ uses: 'command', with: { run: ['x'] } }],
      'INVALID_VALUE /stepDefaults/wait/with',
    ],
    [
      'more expressions than a body may have, once they are filled in',
      { webhook: { with: { url: 'http://a.test/', text: '{{ 1 }}'.repeat(100) } } },
      Array(60).fill({ uses: 'webhook' }),
      'INVALID_VALUE /stepDefaults',
    ],
  ]

describe('faults of stepDefaults point to where the value stands', () => {
  test.for(bad)('%s', ([, stepDefaults, steps, ...faults]) => {
    expect(faultsOf({ stepDefaults, steps })).toEqual(faults)
  })

  test('inside a body with inputs too', () => {
    const workflow = { stepDefaults: { x: {} }, steps: ['Wait 1s'] }
    expect(faultsOf({ workflow })).toEqual(['UNKNOWN_EXECUTOR /workflow/stepDefaults/x'])
  })

  test('an unknown executor is told together with those there are', () => {
    const [fault] = faultDetailsOf({ stepDefaults: { x: {} }, steps: ['Wait 1s'] })
    expect(fault?.message).toBe(
      'there is no executor "x"; there are webhook, command, wait, condition',
    )
  })

  test('so do warnings', () => {
    const { warnings } = compile({
      timeout: '1m',
      stepDefaults: { webhook: { onFailure: 'rollback', retry: { maxAttempts: 9, delay: '20s' } } },
      steps: ['GET http://a.test/'],
    })
    expect(warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'RETRIES_OUTLAST_TIMEOUT /stepDefaults/webhook/retry',
      'NOTHING_TO_UNDO /stepDefaults/webhook/onFailure',
    ])
  })
})
