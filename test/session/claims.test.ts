import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SessionCommand } from '../../src/session/commands.ts'
import { transition } from '../../src/session/decide.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'
import { epoch, given, replay, start } from '../support/decider.ts'
import { onceOnly, plan, step } from '../support/plans.ts'

const MINUTE_MS = 60_000

const request = { kind: 'worker' as const, queue: 'q', command: 1 }

const asks = (id: string, attempt = 1, until = epoch + MINUTE_MS): SessionCommand => ({
  type: 'finishAttempt',
  stepId: 'a',
  attempt,
  outcome: {
    status: 'waiting',
    until,
    awaits: { kind: 'interaction', id },
    interaction: request,
  },
})

const claims = (worker: string, interactionId = 'int_1'): SessionCommand => ({
  type: 'claimInteraction',
  interactionId,
  worker,
})

const releases = (
  claim: number,
  reason: 'lease_lost' | 'returned' = 'lease_lost',
  interactionId = 'int_1',
): SessionCommand => ({ type: 'releaseInteraction', interactionId, claim, reason })

const answers = (claim?: number, interactionId = 'int_1', attempt = 1): SessionCommand => ({
  type: 'finishWait',
  stepId: 'a',
  attempt,
  outcome: { status: 'succeeded' },
  answered: {
    interactionId,
    status: 'ok',
    digest: 'd',
    ...(claim === undefined ? {} : { claim }),
  },
})

const asking = () => given(plan([step('a')]), start, asks('int_1'))

describe('an interaction of a queue', () => {
  test('is one worker’s at a time', () => {
    const held = asking().when(claims('w1'))
    const first = { worker: 'w1', claim: 1 }
    held.then({ type: 'interaction.claimed', stepId: 'a', attempt: 1, data: first })
    held.when(claims('w1')).thenNothing()
    held.thenRefuses(claims('w2'), 'INTERACTION_CLAIMED')
    held
      .when(releases(1))
      .then({
        type: 'interaction.released',
        stepId: 'a',
        attempt: 1,
        data: { worker: 'w1', claim: 1, reason: 'lease_lost' },
      })
      .when(claims('w2'))
      .then({ type: 'interaction.claimed', stepId: 'a', attempt: 1, data: { claim: 2 } })
  })

  test('is not given back twice, nor by whoever had it before', () => {
    const again = asking().after(claims('w1')).after(releases(1)).after(claims('w1'))
    again.when(releases(1)).thenNothing()
    again.after(releases(2)).when(releases(2)).thenNothing()
    again.when(releases(2, 'returned', 'int_2')).thenNothing()
  })

  test('is answered by whoever has it', () => {
    const again = asking().after(claims('w1')).after(releases(1)).after(claims('w2'))
    again.thenRefuses(answers(1), 'INTERACTION_LOST')
    again.thenRefuses(answers(), 'INTERACTION_LOST')
    again
      .when(answers(2))
      .then(
        { type: 'interaction.answered', stepId: 'a', attempt: 1 },
        { type: 'step.completed', stepId: 'a', attempt: 1 },
        { type: 'session.completed' },
      )
      .thenRefuses(claims('w1'), 'INTERACTION_OVER')
  })

  test('is handed out to nobody while its session is paused, nor when it is over', () => {
    const paused = asking().after({ type: 'pause' })
    paused.thenRefuses(claims('w'), 'ILLEGAL_TRANSITION')
    paused.after({ type: 'resume' }).when(claims('w')).then({
      type: 'interaction.claimed',
      stepId: 'a',
      attempt: 1,
    })
    asking().after({ type: 'cancel' }).thenRefuses(claims('w'), 'INTERACTION_OVER')
    asking().thenRefuses(claims('w', 'int_2'), 'INTERACTION_OVER')
  })
})

interface Run {
  readonly log: readonly SessionEvent[]
  readonly state: SessionState
}

/** Workers, people and time do what they like with a step that asks again and again. */
function run(
  dice: readonly number[],
  watch: (before: SessionState, events: readonly SessionEvent[], command: SessionCommand) => void,
): Run {
  const retry = { ...onceOnly, maxAttempts: 5, delayMs: 10, maxDelayMs: 10 }
  const given = plan([step('a', { retry })])
  let state = initialState({ id: 'ses_1', plan: given, createdAt: epoch })
  let now = epoch
  const log: SessionEvent[] = []
  for (const die of dice) {
    now += Math.floor(die * 3000)
    const command = commandOf(state, die, now)
    try {
      const result = transition(command, state, { now, random: 0.5, mayStart: true })
      watch(state, result.events, command)
      log.push(...result.events)
      state = result.state
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error
    }
  }
  expect(replay(given, log)).toEqual(state)
  return { log, state }
}

function commandOf(state: SessionState, die: number, now: number): SessionCommand {
  const { attempt = 0, interaction } = state.steps[0] ?? {}
  const choice = Math.floor(die * 1000) % 16
  const id = die < 0.9 ? (interaction?.id ?? 'int_0') : `int_${attempt - 1}`
  const claim = (interaction?.claims ?? 0) - (choice % 3 === 0 ? 1 : 0)
  if (choice < 2) return start
  if (choice < 4) return asks(`int_${attempt}`, attempt, now + 20_000)
  if (choice < 8) return claims(`w${choice % 3}`, id)
  if (choice < 10) return releases(claim, 'returned', id)
  if (choice === 10) return { type: 'pause' }
  if (choice === 11) return { type: 'resume' }
  if (choice === 12) return { type: 'tick' }
  if (choice === 13 && die > 0.97) return { type: 'cancel' }
  const outcome = {
    status: 'failed',
    code: 'CLIENT_FAILED',
    message: 'no',
    retryable: true,
  } as const
  return { ...(answers(claim, id, attempt) as object), outcome } as SessionCommand
}

test('whatever workers do, each claim is one worker’s until it is released, and the last may answer', () => {
  const dice = fc.array(
    fc.nat({ max: 999_999 }).map((n) => n / 1_000_000),
    {
      minLength: 60,
      maxLength: 60,
    },
  )
  let claimed = 0
  let answered = 0
  fc.assert(
    fc.property(dice, (rolls) => {
      const holders = new Map<string, { worker: string; claim: number }>()
      const last = new Map<string, number>()
      run(rolls, (before, events, command) => {
        for (const event of events) {
          if (event.type === 'interaction.claimed') {
            const { interactionId, worker, claim } = event.data
            expect(before.status).not.toBe('paused')
            expect(holders.has(interactionId)).toBe(false)
            expect(claim).toBe((last.get(interactionId) ?? 0) + 1)
            holders.set(interactionId, { worker, claim })
            last.set(interactionId, claim)
            claimed += 1
          }
          if (event.type === 'interaction.released') {
            const { interactionId, worker, claim } = event.data
            expect(holders.get(interactionId)).toEqual({ worker, claim })
            holders.delete(interactionId)
          }
          if (event.type === 'interaction.answered' && command.type === 'finishWait') {
            const { interactionId } = event.data
            const holder = holders.get(interactionId)
            if (holder !== undefined) expect(command.answered?.claim).toBe(holder.claim)
            answered += 1
          }
        }
      })
    }),
    { numRuns: 300 },
  )
  // The law was put to the test.
  expect([claimed > 100, answered > 50]).toEqual([true, true])
})
