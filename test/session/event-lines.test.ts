import { describe, expect, test } from 'vitest'
import { eventCatalogue } from '../../scripts/generate/event-catalogue.ts'
import { eventLines } from '../../src/session/event-lines.ts'
import { eventData, type LoggedEvent } from '../../src/session/events.ts'

const sessionId = 'ses_01KAJ5Z8Q4T7N2V9XWBMC3RD6E'
const artifact = '/v1/artifacts/art_0mk1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f70819'
const exit = 'make exited with 2 (COMMAND_EXITED). See the exit code and the output of the command.'
const counts = '2 of 4 steps completed, 1 failed, 1 skipped'

/** The line of each example of docs/events.md, without its time; undefined for what is worth none. */
const expected: { readonly [T in keyof typeof eventCatalogue]: string | undefined } = {
  'session.created': 'session "nightly" created with 4 steps, on 2026-01-05 (UTC)',
  'session.started': 'session started',
  'session.progress': 'progress: 50 % (2 of 4 steps completed)',
  'session.waiting': 'session waits for cool_down until 09:30:32.250',
  'session.paused': 'session paused: deploy in progress',
  'session.resumed': 'session resumed',
  'session.cancelling': 'session stops what runs (on request): no longer needed',
  'session.completed': `session completed with errors in 33.1 s: ${counts}`,
  'session.failed': `session failed after 33.1 s at build: ${exit} ${counts}`,
  'session.cancelled':
    'session cancelled after 2.3 s: no longer needed (1 of 4 steps completed, 3 cancelled)',
  'step.started': 'fetch: started: GET https://example.com/data.json',
  'step.output': 'build | cc -o app main.c',
  'step.progress': 'build: 40 %: compiled 8 of 20 files',
  'step.retrying':
    'fetch: attempt 1 failed: connect ECONNREFUSED 127.0.0.1:9000 (NETWORK_ERROR); the next one in 1 s',
  'step.waiting': 'cool_down: waits until 09:30:32.250',
  'step.resolved': 'fetch: retry decided by ops: the network is back',
  'step.completed': 'fetch: completed in 140 ms',
  'step.failed': `build: failed after 690 ms: ${exit}`,
  'step.skipped': 'publish: skipped: a step before it failed (build)',
  'step.cancelled': 'build: cancelled: the session was cancelled',
  'session.rolling_back': 'session rolls back (a step failed), undoing build, fetch',
  'session.finalizing': 'last steps: cleanup',
  'step.undoing': 'build: undoing: command',
  'step.undone': 'build: undone in 310 ms',
  'step.undo_failed': `build: could not be undone, tried for 310 ms: ${exit}`,
  'variable.updated': 'fetch: total = 12',
  'step.repeating': 'fetch: done 1 time, again in 5 s',
  'step.expanded': 'fetch: runs for 2 items',
  'interaction.created':
    'build: waits for whoever drives the session (int_01KAJ5Z9B6M3H8T1RWXQ5V7D2C)',
  'interaction.claimed': 'build: taken by the worker bench-7',
  'interaction.released': 'build: free again: the worker bench-7 fell silent',
  'interaction.answered': 'build: answered by ci: ok',
  'interaction.expired': 'build: nobody answered in time',
  'signal.received': 'signal "paid" received',
  'step.rewound': 'review: sent back to fetch; once more: fetch, build, review',
  'step.paused': 'publish: paused by ada: not on a Friday',
  'step.resumed': 'publish: resumed by ada',
  'step.continuing': 'signIn: goes on with the answer',
  'step.concluding': undefined,
  'step.kept': 'fetch: kept as it completed in ses_01KAJ5X1C9M4P7R2T8VYBNE6GD',
  'step.interrupted': 'fetch: interrupted: the service crashed',
  'browser.command_started': undefined,
  'browser.command_completed': 'signIn: click button "Sign in" (148 ms)',
  'browser.command_failed':
    'signIn: could not click "Save": "Save" names 2 elements (TARGET_AMBIGUOUS); found: button "Save", link "Save"',
  'browser.navigated': 'signIn: page "Your account" http://shop.local/account (200)',
  'browser.dialog': 'signIn: dialog (confirm) dismissed: Leave this page?',
  'browser.tab': 'signIn: tab opened: http://shop.local/terms',
  'browser.downloaded': `signIn: downloaded invoice.pdf (18.2 kB): ${artifact}`,
  'browser.blocked':
    'signIn: blocked http://169.254.169.254/: 169.254.169.254 is a cloud metadata address',
  'browser.cache': 'signIn: done again as before, without the AI',
  'screenshot.captured': `signIn: screenshot (navigation) of http://shop.local/account: ${artifact}`,
  'artifact.captured': `signIn: trace signIn-trace.zip (181.2 kB): ${artifact}`,
  'ai.reasoning':
    'signIn: thinks: click the element named "Sign in": button "Sign in" has exactly that name',
  'ai.usage': 'signIn: asked small-1: 2394 tokens in 1.4 s',
  'warning.issued': 'build: warning: only the first 1048576 bytes are kept (OUTPUT_TRUNCATED)',
}

describe('an event as lines', () => {
  test.each(Object.values(eventCatalogue).map(({ example }) => example as LoggedEvent))(
    'says what $type is',
    (event) => {
      const words = expected[event.type]
      const time = event.at.slice(11, -1)
      expect(eventLines(event)).toEqual(words === undefined ? [] : [`${time} ${words}`])
    },
  )

  test.each(Object.values(eventCatalogue).map(({ example }) => example as LoggedEvent))(
    'is clean for $type, also without what may be absent',
    (event) => {
      for (const variant of [event, ...withoutEach(event)]) {
        for (const line of eventLines(variant)) {
          expect(line).not.toMatch(/undefined|\[object|NaN|null|\p{Cc}/u)
          expect(line).toBe(line.trimEnd())
        }
      }
    },
  )

  test('is one for each line of an output, with the stream that was not the usual one', () => {
    expect(output('one\n\n  two\r\n')).toEqual(['build | one', 'build |', 'build |   two'])
    expect(output('no end', { stream: 'stderr' })).toEqual(['build stderr | no end'])
    expect(output('10 %\r50 %\r100 %\r\n')).toEqual(['build | 100 %'])
    expect(output('a\n', { truncated: true })).toEqual([
      'build | a',
      'build | … (what follows is not kept)',
    ])
  })

  test('lets nothing reach the terminal that is more than text', () => {
    expect(output('\u001b[31mred\u001b[0m\u0007 \u001b]0;title\u0007end\u202e\n')).toEqual([
      'build | red end',
    ])
    const event = { seq: 1, at: '2026-01-05T09:30:00.000Z', sessionId, stepId: 'a\nb' }
    const message = 'first\r\nsecond \u001b[2Jthird'
    const warning = { ...event, type: 'warning.issued', data: { code: 'X', message } } as const
    expect(eventLines(warning)).toEqual(['09:30:00.000 a b: warning: first second third (X)'])
  })

  test('is as short as a line can be, whatever a text says', () => {
    const text = 'x'.repeat(10_000)
    const event = { seq: 1, at: '2026-01-05T09:30:00.000Z', sessionId, stepId: 'a', attempt: 1 }
    const started = { ...event, type: 'step.started', data: { uses: 'browser', text } } as const
    expect(eventLines(started)[0]?.length).toBeLessThan(600)
  })

  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1 s'],
    [59_940, '59.9 s'],
    [60_000, '1 min'],
    [3_725_000, '1 h 2 min'],
    [90_061_000, '1 d 1 h'],
    [86_400_000, '1 d'],
    [86_430_000, '1 d'],
  ])('tells %d ms as %s', (durationMs, text) => {
    const event = { seq: 1, at: '2026-01-05T09:30:00.000Z', sessionId, stepId: 'a', attempt: 1 }
    const completed = { ...event, type: 'step.completed', data: { durationMs } } as const
    expect(eventLines(completed)).toEqual([`09:30:00.000 a: completed in ${text}`])
  })

  test('gives the date of a time on another day, and artifacts with the address of the service', () => {
    const event = { seq: 1, at: '2026-01-05T23:59:00.000Z', sessionId, stepId: 'a', attempt: 1 }
    const until = '2026-01-06T00:01:00.000Z'
    expect(eventLines({ ...event, type: 'step.waiting', data: { until } })).toEqual([
      '23:59:00.000 a: waits until 2026-01-06 00:01:00.000',
    ])
    const { example } = eventCatalogue['screenshot.captured']
    const baseUrl = 'http://localhost:8080'
    expect(eventLines(example as LoggedEvent, { baseUrl })[0]).toContain(` ${baseUrl}${artifact}`)
  })

  test('is none for a type that is not known', () => {
    const event = { seq: 1, type: 'step.exploded', at: '2030-01-05T23:59:00.000Z', sessionId }
    expect(eventLines({ ...event, data: {} } as never)).toEqual([])
  })
})

/** The event without one of the fields, for each that its schema lets be absent. */
function withoutEach(event: LoggedEvent): LoggedEvent[] {
  const { shape } = eventData[event.type]
  const optional = Object.entries(shape).filter(([, schema]) => schema.safeParse(undefined).success)
  const { stepId, attempt, ...bare } = event as LoggedEvent & { stepId?: string; attempt?: number }
  return [
    bare as LoggedEvent,
    ...optional.map(([name]) => {
      const { [name]: _, ...data } = event.data as Record<string, unknown>
      return { ...event, data } as LoggedEvent
    }),
  ]
}

function output(text: string, data: object = {}): string[] {
  const event = {
    seq: 1,
    type: 'step.output',
    at: '2026-01-05T09:30:00.000Z',
    sessionId,
    stepId: 'build',
    attempt: 1,
    data: { stream: 'stdout', text, ...data },
  }
  return eventLines(event as LoggedEvent).map((line) => line.slice('09:30:00.000 '.length))
}
