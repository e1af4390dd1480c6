import stringWidth from 'string-width'
import { beforeEach, describe, expect, test } from 'vitest'
import { type FrameContext, frameOf } from '../../src/cli/live/frame.ts'
import type { Paint } from '../../src/cli/live/paint.ts'
import { type LiveSession, newLiveSession } from '../../src/cli/live/session-state.ts'
import { takeEvent } from '../../src/cli/live/take-event.ts'
import type { Event } from '../../src/client/index.ts'

const begin = Date.parse('2026-01-01T10:00:00.000Z')
const plain: Paint = (_format, text) => text
const error = { code: 'COMMAND_EXITED', message: 'make exited with code 2' }

const context: FrameContext = {
  now: begin + 10_000,
  columns: 80,
  rows: 24,
  paint: plain,
  where: { sessionId: 'ses_1', option: '' },
  progress: { percent: 40, endsAt: begin + 72_000 },
  page: undefined,
  lost: undefined,
}

type Planned = Parameters<typeof newLiveSession>[1]['steps'][number]

function planned(id: string, more: Partial<Planned> = {}): Planned {
  return {
    id,
    uses: 'command',
    with: {},
    dependsOn: [],
    retry: { maxAttempts: 1 },
    ...more,
  } as Planned
}

function sessionOf(...steps: readonly Planned[]): LiveSession {
  return newLiveSession('ses_1', { name: 'nightly', steps })
}

/** Takes events that happen one after the other, so many ms after the beginning. */
function take(
  session: LiveSession,
  ...events: readonly [ms: number, type: string, stepId?: string, data?: object][]
) {
  for (const [ms, type, stepId, data = {}] of events) {
    const at = new Date(begin + ms).toISOString()
    takeEvent(session, {
      type,
      at,
      data,
      attempt: 1,
      ...(stepId === undefined ? {} : { stepId }),
    } as never as Event)
  }
}

describe('the picture of a session', () => {
  let session: LiveSession

  beforeEach(() => {
    session = sessionOf(
      planned('fetch', { text: 'GET https://example.com' }),
      planned('build', {
        with: { run: ['make', 'all'] },
        retry: { maxAttempts: 3 } as never,
      }),
      planned('left', { group: 'checks' }),
      planned('right', { group: 'checks' }),
      planned('last'),
    )
    take(session, [0, 'session.started'])
  })

  test('has the steps with their marks, times and attempts, and how far it is', () => {
    take(
      session,
      [0, 'step.started', 'fetch'],
      [1500, 'step.completed', 'fetch'],
      [2000, 'step.started', 'build'],
      [3000, 'step.retrying', 'build', { error, resumeAt: new Date(begin + 14_000).toISOString() }],
      [3000, 'step.started', 'left'],
      [4000, 'step.output', 'left', { stream: 'stdout', text: 'one\ntwo\nthree\nfour\n' }],
      [4000, 'step.skipped', 'right', { reason: 'condition_false' }],
    )
    expect(frameOf(session, context)).toEqual([
      'nightly  running  10 s  ses_1',
      '✔ fetch  1.5 s  GET https://example.com',
      '↻ build  attempt 1 of 3  again in 4 s  make exited with code 2  make all',
      '▾ checks',
      expect.stringMatching(/^ {2}[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] left {2}7 s {2}command$/),
      '    │ two',
      '    │ three',
      '    │ four',
      '  ↷ right  its condition does not hold  command',
      '○ last  command',
      '████████████░░░░░░░░░░░░░░░░░░  40 %  about 1 min 2 s left  2 of 5 steps',
    ])
  })

  test('turns its spinner with the time alone', () => {
    take(session, [0, 'step.started', 'fetch'])
    const at = (ms: number) => frameOf(session, { ...context, now: begin + ms })[1]?.[0]
    expect(new Set([0, 80, 160, 240].map(at)).size).toBe(4)
    expect(at(80)).toBe(at(80))
  })

  test('says who is waited for and how to answer, until that is done', () => {
    const asked = {
      interactionId: 'int_1',
      kind: 'approval',
      prompt: 'Deploy?',
      approvers: ['ops'],
    }
    take(
      session,
      [0, 'step.started', 'fetch'],
      [0, 'step.waiting', 'fetch', { awaits: { kind: 'interaction', id: 'int_1' } }],
      [0, 'interaction.created', 'fetch', asked],
    )
    expect(frameOf(session, context).slice(1, 4)).toEqual([
      '? fetch  waits  GET https://example.com',
      '  Deploy? (ops)',
      '  stepstream answer int_1 --approve, or --reject',
    ])
    take(session, [1, 'interaction.answered', 'fetch'], [1, 'step.completed', 'fetch'])
    expect(frameOf(session, context)[1]).toMatch(/^✔ fetch/)
  })

  test('opens again what a person has retried, with all that was skipped because of it', () => {
    const after = planned('after', { dependsOn: ['last'] })
    session = sessionOf(after, planned('last', { dependsOn: ['first'] }), planned('first'))
    take(
      session,
      [0, 'step.started', 'first'],
      [1, 'step.failed', 'first', { error }],
      [1, 'step.skipped', 'last', { reason: 'dependency_failed' }],
      [1, 'step.skipped', 'after', { reason: 'dependency_failed' }],
    )
    expect(
      frameOf(session, context)
        .slice(1, -1)
        .map((line) => line[0]),
    ).toEqual(['↷', '↷', '✖'])
    take(session, [2, 'step.resolved', 'first', { action: 'retry' }])
    expect(
      frameOf(session, context)
        .slice(1, -1)
        .map((line) => line[0]),
    ).toEqual(['○', '○', '○'])
    expect(session.counts).toMatchObject({ pending: 3, failed: 0, skipped: 0 })
  })

  test('hangs items below their step while it runs, and counts them', () => {
    session = sessionOf(planned('each'))
    take(
      session,
      [0, 'step.expanded', 'each', { count: 2 }],
      [0, 'step.started', 'each[0]'],
      [1000, 'step.completed', 'each[0]'],
    )
    expect(frameOf(session, context).slice(1, 4)).toEqual([
      expect.stringMatching(/^. each {2}10 s {2}1 of 2 items {2}command$/),
      '  ✔ each[0]  1 s',
      '  ○ each[1]',
    ])
    take(session, [2000, 'step.completed', 'each[1]'], [2000, 'step.completed', 'each'])
    expect(frameOf(session, context).slice(1, -1)).toEqual(['✔ each  2 s  2 of 2 items  command'])
  })

  test('has no control characters of programs, pages and people in it', () => {
    take(
      session,
      [0, 'step.started', 'fetch'],
      [0, 'step.output', 'fetch', { stream: 'stdout', text: '\u001b[31mred\u001b[0m\u0007\n' }],
      [0, 'step.progress', 'fetch', { message: 'a\u001b]0;title\u0007b\nc' }],
    )
    const picture = frameOf(session, context)
    expect(picture.join('')).not.toMatch(/\p{Cc}/u)
    expect(picture.join('\n')).toContain('│ red')
  })

  test('says that the connection is lost', () => {
    const picture = frameOf(session, { ...context, lost: 'connection lost; resumes by itself' })
    expect(picture.at(-2)).toBe('! connection lost; resumes by itself')
  })
})

describe('the picture of 10,000 steps in 24 rows and 40 columns', () => {
  const small: FrameContext = { ...context, columns: 40, rows: 24 }
  const many = () =>
    sessionOf(...Array.from({ length: 10_000 }, (_, index) => planned(`step_${index}`)))

  test.each([
    ['at the beginning', 0],
    ['in the middle', 5000],
    ['at the end', 9992],
  ])('has room %s, with all that runs or failed', (_, done) => {
    const session = many()
    for (let index = 0; index < done; index++) {
      take(session, [index, 'step.started', `step_${index}`])
      const failed = index % 100 === 99
      if (failed) take(session, [index, 'step.failed', `step_${index}`, { error }])
      else take(session, [index, 'step.completed', `step_${index}`])
    }
    for (let index = done; index < done + 8; index++)
      take(session, [done, 'step.started', `step_${index}`])
    const picture = frameOf(session, small)
    expect(picture.length).toBeLessThan(24)
    expect(picture.length).toBeGreaterThan(18)
    expect(Math.max(...picture.map((line) => stringWidth(line)))).toBeLessThan(40)
    for (let index = done; index < done + 8; index++) {
      expect(picture.some((line) => line.includes(` step_${index} `))).toBe(true)
    }
    // All that is not there is counted.
    const told = picture
      .filter((line) => line.startsWith('…'))
      .flatMap((line) => [...line.matchAll(/[\d,]+(?= [a-z])/g)])
      .reduce((sum, [count]) => sum + Number(count.replaceAll(',', '')), 0)
    const shown = picture.filter((line) => / step_\d+/.test(line)).length
    expect(told + shown).toBe(10_000)
    if (done > 0) expect(picture.join('\n')).toMatch(/✖ step_/)
  })

  test('stays in its room when everything asks or writes at once', () => {
    const session = many()
    for (let index = 0; index < 100; index++) {
      const id = `step_${index}`
      const asked = { interactionId: `int_${index}`, kind: 'approval', prompt: 'Well?' }
      take(session, [0, 'step.started', id], [0, 'step.output', id, { text: 'a\nb\nc\n' }])
      if (index % 2)
        take(session, [0, 'step.waiting', id, {}], [0, 'interaction.created', id, asked])
    }
    for (const [columns, rows] of [
      [40, 24],
      [40, 6],
      [12, 3],
      [200, 60],
    ] as const) {
      const picture = frameOf(session, { ...context, columns, rows })
      expect(picture.length).toBeLessThan(rows)
      expect(Math.max(...picture.map((line) => stringWidth(line)))).toBeLessThan(columns)
    }
  })
})
