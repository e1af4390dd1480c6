import { describe, expect, test } from 'vitest'
import { type ErrorCode, StepstreamError } from '../../../src/errors.ts'
import type { AiLoop } from '../../../src/modules/ai-loop/types.ts'
import type { BrowserAction } from '../../../src/modules/browser-actions/types.ts'
import type { BrowserSteps, BrowserWork } from '../../../src/modules/browser-steps/types.ts'
import { createBrowserExecutor } from '../../../src/modules/executors/browser.ts'
import type { ActResult } from '../../../src/modules/page/types.ts'
import { makeContext } from '../../support/executor-context.ts'

const result: ActResult = {
  description: 'click button "Save"',
  candidates: [],
  navigated: false,
  durationMs: 1,
}

/** The kind, over a page where each action comes to this. */
function executorOver(
  perform: BrowserWork['perform'],
  steps: Partial<BrowserSteps> = {},
): ReturnType<typeof createBrowserExecutor> {
  const browser = { perform, url: async () => 'http://shop.local/' } as BrowserWork
  return createBrowserExecutor({
    steps: {
      missing: undefined,
      mayFill: () => true,
      during: (_, work) => work(browser),
      ...steps,
    },
    ai: { missing: () => 'there is none' } as Partial<AiLoop> as AiLoop,
    outbound: { refusal: () => undefined },
    hasSecret: () => true,
  })
}

const click: BrowserAction = { do: 'click', target: 'Save' }
const kind = executorOver(async () => result)

describe('a plan', () => {
  test('with browser steps is refused where there is no browser', () => {
    const { check } = executorOver(async () => result, { missing: 'install one' })
    expect(check?.({ do: 'click', target: 'Save' })).toEqual([
      { path: [], code: 'NO_BROWSER', message: 'install one' },
    ])
    expect(kind.check?.({ do: 'click', target: 'Save' })).toEqual([])
  })

  test.each([
    [{ do: 'open', url: 'http://a.example' }, true],
    [{ do: 'fill', target: 'Name', text: 'Ada' }, true],
    [{ do: 'fill', target: 'Name', text: 'Ada', append: true }, false],
    [{ do: 'fill', target: 'Name', text: 'Ada', submit: true }, false],
    [{ do: 'assert', target: 'Name' }, true],
    [{ do: 'click', target: 'Name' }, false],
    [{ do: 'press', key: 'Enter' }, false],
    [{ do: 'download', target: 'Name' }, false],
  ])('knows what can be done twice: %j', (action, isSafe) => {
    expect(kind.safeToRepeat(action)).toBe(isSafe)
    expect(kind.defaultMaxAttempts?.(action)).toBe(isSafe ? 3 : 1)
  })
})

describe('an attempt', () => {
  test('says what was done, and sets what was read', async () => {
    const reads = executorOver(async () => ({ ...result, description: 'read', output: '12.50' }))
    const action: BrowserAction = { do: 'extract', target: 'Total', what: 'text', as: 'total' }
    expect(await reads.execute(action, makeContext())).toEqual({
      status: 'succeeded',
      output: { did: 'read', url: 'http://shop.local/', value: '12.50' },
      set: { total: '12.50' },
    })
  })

  test.each<[ErrorCode, 'failed' | 'error', boolean]>([
    ['TARGET_NOT_FOUND', 'failed', true],
    ['TARGET_AMBIGUOUS', 'failed', false],
    ['ASSERTION_FAILED', 'failed', false],
    ['PAGE_FAILED', 'error', true],
    ['BROWSER_LOST', 'error', true],
    ['SECRET_NOT_ALLOWED', 'error', false],
  ])('that meets %s is %s', async (code, status, retryable) => {
    const details = { candidates: [] }
    const fails = executorOver(() => Promise.reject(new StepstreamError(code, 'so', { details })))
    expect(await fails.execute(click, makeContext())).toEqual({
      status,
      code,
      message: 'so',
      retryable,
      details,
    })
  })

  test('that was told to stop has no other reason', async () => {
    const stop = new AbortController()
    const fails = executorOver(() => {
      stop.abort()
      return Promise.reject(new StepstreamError('BROWSER_LOST', 'gone'))
    })
    const context = makeContext({ signal: stop.signal })
    expect(await fails.execute(click, context)).toEqual({ status: 'aborted' })
  })

  test('throws on what is none of our errors', async () => {
    const breaks = executorOver(() => Promise.reject(new TypeError('a mistake')))
    await expect(breaks.execute(click, makeContext())).rejects.toThrow('a mistake')
  })
})
