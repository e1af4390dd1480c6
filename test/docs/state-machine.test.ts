import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import type { SessionCommand } from '../../src/session/commands.ts'
import { transition } from '../../src/session/decide.ts'
import { next } from '../../src/session/next.ts'
import type { SessionState } from '../../src/session/state.ts'
import {
  finalSessionStatuses,
  finalStepStatuses,
  type SessionStatus,
  sessionStatuses,
  stepStatuses,
} from '../../src/session/status.ts'
import { epoch, fail, given, start, succeed, wait } from '../support/decider.ts'
import { onceOnly, plan, step } from '../support/plans.ts'
import { contextAt, type Walked, walk } from './status-walk.ts'

const pause: SessionCommand = { type: 'pause' }
const resume: SessionCommand = { type: 'resume' }
const cancel: SessionCommand = { type: 'cancel' }
const rollback: SessionCommand = { type: 'rollback' }

describe('docs/state-machine.md', () => {
  let page: string
  let walked: Walked

  beforeAll(async () => {
    page = await readFile(join(import.meta.dirname, '../../docs/state-machine.md'), 'utf8')
    walked = walk()
  })

  test('draws the changes of a session’s status that happen, and no others', () => {
    expect(edgesOf(sectionOf(page, 'A session'))).toEqual([...walked.session].sort())
  })

  test('draws the changes of a step’s status that happen, and no others', () => {
    expect(edgesOf(sectionOf(page, 'A step'))).toEqual([...walked.step].sort())
  })

  test('says of every status what it means and whether it is final', () => {
    const sessions = rowsOf(sectionOf(page, 'A session')).map(([name, final]) => [name, final])
    expect(sessions).toEqual(
      sessionStatuses.map((status) => [status, finalSessionStatuses.has(status) ? 'yes' : 'no']),
    )
    const steps = rowsOf(sectionOf(page, 'A step')).map(([name, final]) => [name, final])
    expect(steps).toEqual(
      stepStatuses.map((status) => [status, finalStepStatuses.has(status) ? 'yes' : 'no']),
    )
  })

  test('says what each command does in each status', () => {
    const rows = rowsOf(sectionOf(page, 'What may be asked when'))
    expect(rows.map(([status]) => status)).toEqual([...sessionStatuses])
    for (const [status, ...cells] of rows) {
      const states = examples[status as SessionStatus]
      const told = [pause, resume, cancel, rollback].map((command) =>
        states.map((state) => effect(command, state)),
      )
      cells.slice(0, 4).forEach((cell, index) => {
        expect(namesIn(cell), `${status}: ${cell}`).toEqual(new Set(told[index]?.flat()))
      })
      const removable = finalSessionStatuses.has(status as SessionStatus)
      expect(cells[4]).toBe(removable ? 'removed' : '409 `SESSION_NOT_ENDED`')
    }
  })
})

const single = plan([step('a')])
const undo = {
  uses: 'noop',
  with: {},
  retry: onceOnly,
  timeoutMs: 1000,
  onInterrupted: 'retry',
} as const
const undoable = plan([step('a', { undo }), step('b', { dependsOn: ['a'] })], {
  onFailure: 'rollback',
})
const keyed = plan([step('a')], { concurrency: { key: 'k', limit: 1, onLimit: 'queue' } })
const tolerant = plan([step('a')], { onFailure: 'continue' })

/** Sessions in each status, as different as the table tells them apart. */
const examples: Record<SessionStatus, readonly SessionState[]> = {
  queued: [given(single).state],
  running: [given(single, start).state, given(undoable, start, succeed('a')).state],
  waiting: [
    given(single, start, wait('a', epoch + 60_000)).state,
    given(keyed, { type: 'hold' }).state,
  ],
  paused: [given(single, pause).state, given(single, start, pause).state],
  cancelling: [
    given(single, start, cancel).state,
    given(plan([step('a'), step('b')]), start, fail('a')).state,
  ],
  rolling_back: [given(undoable, start, succeed('a'), fail('b')).state],
  completed: [given(single, start, succeed('a')).state],
  completed_with_errors: [given(tolerant, start, fail('a')).state],
  failed: [given(single, start, fail('a')).state],
  cancelled: [given(single, cancel).state],
}

/** The statuses that the commits lead through that follow from a command, or how it is refused. */
function effect(command: SessionCommand, state: SessionState): string[] {
  const context = contextAt(epoch, 0.5)
  try {
    const { events, state: after } = transition(command, state, context)
    if (events.length === 0 && !endsSoon.has(after.status)) return ['nothing changes']
    const statuses: string[] = [after.status]
    for (let so = after; endsSoon.has(so.status); statuses.push(so.status)) {
      const [attempt] = next(so, epoch).run
      if (attempt === undefined) throw new Error(`nothing ends the session that is ${so.status}`)
      const status = attempt.stop ? 'cancelled' : 'succeeded'
      so = transition({ type: 'finishAttempt', ...attempt, outcome: { status } }, so, context).state
    }
    return statuses
  } catch (error) {
    if (error instanceof StepstreamError) return [error.code]
    throw error
  }
}

const endsSoon: ReadonlySet<SessionStatus> = new Set(['cancelling', 'rolling_back'])

function namesIn(cell: string | undefined): Set<string> {
  if (cell === 'nothing changes') return new Set([cell])
  return new Set([...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
}

function sectionOf(page: string, title: string): string {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`))
  if (section === undefined) throw new Error(`there is no section ${title}`)
  return section
}

function edgesOf(section: string): string[] {
  const edges = [...section.matchAll(/^ {2}(\w+) --> (\w+)$/gm)]
  return edges.map(([, from, to]) => `${from} --> ${to}`).sort()
}

/** The cells of a section's table, without its head; names lose their backquotes. */
function rowsOf(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('| '))
  return lines.slice(2).map((line) => {
    const [name = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    return [name.replaceAll('`', ''), ...cells]
  })
}
