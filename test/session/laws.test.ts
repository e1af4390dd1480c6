import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draftOf } from '../../src/session/draft.ts'
import { finalEventTypes, type LoggedEvent } from '../../src/session/events.ts'
import { evolve } from '../../src/session/evolve.ts'
import { isRelieved } from '../../src/session/groups.ts'
import { InteractionHistoryBuilder } from '../../src/session/interaction-history.ts'
import { heldSteps, next } from '../../src/session/next.ts'
import { awaitsRoom, type SessionState } from '../../src/session/state.ts'
import { finalSessionStatuses, finalStepStatuses } from '../../src/session/status.ts'
import { epoch, replay } from '../support/decider.ts'
import { type Given, run, runs } from '../support/random-sessions.ts'

function hasUndo({ plan }: SessionState, index: number): boolean {
  const { undo, forEach } = plan.steps[index] ?? {}
  return undo !== undefined && forEach === undefined
}

function isLoose({ plan }: SessionState): boolean {
  return plan.groups?.['g']?.waitForAll === false
}

/** How many sessions each law sees; a longer hunt asks for more. */
const SESSIONS = Number(process.env['LAW_SESSIONS'] ?? 400)

function check(law: (given: Given) => void) {
  fc.assert(fc.property(runs, law), { numRuns: SESSIONS })
}

describe('whatever happens to a session', () => {
  test('it ends, every step in a final status', () => {
    check((given) => {
      const { state } = run(given)
      expect(finalSessionStatuses.has(state.status)).toBe(true)
      expect(state.steps.every((each) => finalStepStatuses.has(each.status))).toBe(true)
      expect([...state.running, ...state.awaiting]).toEqual([])
    })
  })

  test('its log has exactly one final session event, the last', () => {
    check((given) => {
      const { log } = run(given)
      expect(log.filter((event) => finalEventTypes.has(event.type))).toHaveLength(1)
      expect(finalEventTypes.has(log.at(-1)?.type as never)).toBe(true)
    })
  })

  test('folding the log gives the state', () => {
    check((given) => {
      const { log, state } = run(given)
      expect(replay(given.plan, log)).toEqual(state)
    })
  })

  test('a final status never changes', () => {
    check((given) => {
      run(given, (before, _, after, command) => {
        if (finalSessionStatuses.has(before.status)) expect(after).toBe(before)
        before.steps.forEach((each, index) => {
          const { status } = after.steps[index] ?? {}
          if (!finalStepStatuses.has(each.status) || status === each.status) return
          // But for an undo, and what a person says.
          const mayBeUndone = each.status === 'completed' || each.toUndo !== undefined
          const isUndo = mayBeUndone && before.status === 'rolling_back'
          const begins = mayBeUndone && after.status === 'rolling_back'
          const isSaid = command.type === 'resolveStep' || command.type === 'pushBack'
          expect(isUndo || begins || isSaid).toBe(true)
        })
      })
    })
  })

  test('no step starts before its parents have settled, or after one has failed', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          if (event.type === 'step.started') {
            const index = state.graph.indexOf.get(event.stepId ?? '') ?? -1
            const { tolerant, finally: runsLast } = state.plan.steps[index] ?? {}
            // What was tried before its parents were opened again is tried again however they ended.
            const hasBegun = (state.steps[index]?.failures ?? 0) > 0
            for (const parent of state.graph.parents[index] ?? []) {
              const passages =
                tolerant || runsLast || hasBegun ? ['passed', 'dead', 'failed'] : ['passed', 'dead']
              if (isRelieved(draftOf(state), index, parent)) continue
              expect(passages).toContain(state.steps[parent]?.passage)
            }
          }
          state = evolve(state, event)
        }
      })
    })
  })

  test('no more steps are under way at once than maxParallel, here or elsewhere, but for people', () => {
    check((given) => {
      run(given, (_, __, after) => {
        // What follows from the end of a wait is found out at once.
        const working = after.running.filter((index) => !after.steps[index]?.concluding)
        const underWay = working.length + after.awaiting.length - after.people.length
        expect(underWay).toBeLessThanOrEqual(given.plan.maxParallel)
      })
    })
  })

  test('nothing but what is there for the end starts while it is paused, ending or ended', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          if (event.type === 'step.started') {
            const index = state.graph.indexOf.get(event.stepId ?? '') ?? -1
            const { finally: runsLast } = state.plan.steps[index] ?? {}
            const { tolerant } = state.plan.steps[state.steps[index]?.itemOf?.step ?? index] ?? {}
            const active = ['running', 'waiting']
            if (tolerant || runsLast) active.push('cancelling')
            if (runsLast) active.push('rolling_back')
            expect(active).toContain(state.status)
          }
          if (event.type === 'step.undoing') expect(state.status).toBe('rolling_back')
          state = evolve(state, event)
        }
      })
    })
  })

  test('an attempt number is used once, and a step that completed does not run again', () => {
    check((given) => {
      const { log } = run(given)
      const started = log.filter(
        (event) => event.type === 'step.started' || event.type === 'step.undoing',
      )
      const keys = started.map((event) => `${event.stepId}#${event.attempt}`)
      expect(new Set(keys).size).toBe(keys.length)
      const completed = new Set<string>()
      for (const event of log) {
        if (event.type === 'step.completed') completed.add(event.stepId ?? '')
        if (event.type === 'step.rewound') for (const id of event.data.steps) completed.delete(id)
        if (event.type === 'step.started') expect(completed.has(event.stepId ?? '')).toBe(false)
      }
    })
  })

  test('going on after an answer counts against nothing', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          const after = evolve(state, event)
          if (event.type === 'step.continuing') {
            const index = state.graph.indexOf.get(event.stepId ?? '') ?? -1
            expect(after.steps[index]?.failures).toBe(state.steps[index]?.failures)
            expect(after.steps[index]?.attempt).toBe(state.steps[index]?.attempt)
            expect(after.steps[index]?.interaction).toBeUndefined()
            expect(after.steps[index]?.passage).toBe(state.steps[index]?.passage)
          }
          state = after
        }
      })
    })
  })

  test('those that wait for somebody outside are known, and nobody else is', () => {
    check((given) => {
      run(given, (_, __, after) => {
        const awaiting = after.steps.flatMap((each, index) =>
          each.awaits === undefined ? [] : [index],
        )
        expect(after.awaiting).toEqual(awaiting)
        const kindOf = (index: number) => after.steps[index]?.interaction?.kind ?? ''
        const people = awaiting.filter((index) => ['approval', 'signal'].includes(kindOf(index)))
        expect(after.people).toEqual(people)
        for (const index of after.escalated) expect(kindOf(index)).toBe('escalation')
        for (const index of awaiting) expect(after.steps[index]?.status).toBe('waiting')
      })
    })
  })

  test('the history of what was asked has as pending what is asked for, and nothing else', () => {
    check((given) => {
      const history = new InteractionHistoryBuilder()
      run(given, (_, events, after) => {
        for (const event of events) history.add(event as LoggedEvent)
        const open = [...after.awaiting, ...after.escalated].flatMap(
          (index) => after.steps[index]?.interaction?.id ?? [],
        )
        const pending = history.interactions.filter(({ endedAt }) => endedAt === undefined)
        expect(pending.map(({ interactionId }) => interactionId).toSorted()).toEqual(
          open.toSorted(),
        )
      })
    })
  })

  test('counts add up, and every step knows how many of those before it are open', () => {
    check((given) => {
      run(given, (_, __, after) => {
        const having = (status: string) =>
          after.steps.filter((each) => each.status === status && !each.undoing).length
        const { completed, failed, skipped, cancelled, undone = 0, total } = after.counts
        const undoing = (status: string) =>
          after.steps.filter(
            (each) => each.undoing && (each.toUndo?.status ?? 'completed') === status,
          ).length
        expect([completed, failed, skipped, cancelled, undone]).toEqual(
          ['completed', 'failed', 'skipped', 'cancelled', 'undone'].map(
            (status) => having(status) + undoing(status),
          ),
        )
        expect(total).toBe(after.steps.length)
        const isOpen = (index: number) => after.steps[index]?.passage === undefined
        const main = after.steps.filter(
          (each, index) => each.passage === undefined && !after.plan.steps[index]?.finally,
        )
        expect(after.openMain).toBe(main.length)
        const draft = draftOf(after)
        after.steps.forEach((each, index) => {
          const parents = after.graph.parents[index] ?? []
          const open = parents.filter(
            (parent) => isOpen(parent) && !isRelieved(draft, index, parent),
          )
          expect(each.openParents).toBe(open.length)
        })
        for (const [name, { open, passed }] of after.groups) {
          const members = after.plan.steps.flatMap((each, index) =>
            each.group === name ? [after.steps[index]?.passage] : [],
          )
          expect(open).toBe(members.filter((passage) => passage === undefined).length)
          const hasPassed = members.includes('passed')
          // After a push back what comes after it waits for one that runs anew.
          const isFresh = after.steps.some((each) => each.rewinds !== undefined)
          if (passed || !isFresh || open === 0) expect(passed).toBe(hasPassed)
        }
      })
    })
  })

  test('what is undone is what completed, none before what was built on it', () => {
    check((given) => {
      run(given, (_, __, after) => {
        const due = after.steps.flatMap((each, index) =>
          (each.status === 'completed' && each.undoError === undefined && hasUndo(after, index)) ||
          each.toUndo !== undefined
            ? [index]
            : [],
        )
        if (after.rollback !== undefined) return
        expect(after.undoable.toSorted((a, b) => a - b)).toEqual(due)
        const places = new Map(after.undoable.map((index, place) => [index, place]))
        for (const index of after.undoable) {
          for (const parent of after.graph.parents[index] ?? []) {
            // What comes after a group of which one has to complete may be done before the others.
            if (isLoose(after)) continue
            expect(places.get(parent) ?? -1).toBeLessThan(places.get(index) ?? 0)
          }
        }
      })
    })
  })

  test('where somebody pushes back to may begin again, and nothing that was opened with it before', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          state = evolve(state, event)
          if (event.type !== 'step.rewound') continue
          const to = state.graph.indexOf.get(event.data.toStep) ?? -1
          // It may itself be behind one that another person has sent the session back to.
          if (state.steps[to]?.openParents === 0)
            expect([...state.ready, ...state.undecided]).toContain(to)
          const opened = event.data.steps.map((id) => state.graph.indexOf.get(id) ?? -1)
          for (const index of opened) {
            expect(state.steps[index]?.status).toBe('pending')
            expect(state.steps[index]?.passage).toBeUndefined()
            const isBehind = state.graph.parents[index]?.some((each) => opened.includes(each))
            const mayBegin = [...state.ready, ...state.undecided].includes(index)
            if (isBehind) expect(mayBegin).toBe(false)
          }
        }
      })
    })
  })

  test('a signal is taken once, by a step that waited for it, or kept', () => {
    check((given) => {
      const { log, state } = run(given)
      const received = log.flatMap((event) =>
        event.type === 'signal.received' ? [event.data.signalId] : [],
      )
      const taken = log.flatMap((event) =>
        event.type === 'interaction.answered' ? (event.data.signalId ?? []) : [],
      )
      expect(new Set(taken).size).toBe(taken.length)
      const kept = state.signals.map(({ id }) => id)
      expect([...taken, ...kept].toSorted()).toEqual(received.toSorted())
    })
  })

  test('a state that is not paused or ended always says what it waits for', () => {
    check((given) => {
      run(given, (_, __, after) => {
        if (finalSessionStatuses.has(after.status) || after.status === 'paused') return
        if (after.escalated.length > 0 || awaitsRoom(after)) return
        const wanted = next(after, epoch)
        const waitsForSomething =
          wanted.start ||
          wanted.due ||
          wanted.run.length > 0 ||
          wanted.evaluate.length > 0 ||
          wanted.wakeAt !== undefined ||
          after.awaiting.length > 0 ||
          heldSteps(after).length > 0
        expect(waitsForSomething).toBe(true)
      })
    })
  })

  test('a rollback that nobody stops sees to every undo once, and to none before what was built on it', () => {
    check((given) => {
      const { log, state } = run(given)
      const begun = log.findIndex(({ type }) => type === 'session.rolling_back')
      const stopped = log.findIndex(
        ({ type }, index) => type === 'session.cancelling' && index > begun,
      )
      const over = log.filter(({ type }) => type === 'step.undone' || type === 'step.undo_failed')
      if (begun === -1) expect(over).toEqual([])
      if (begun === -1 || stopped !== -1) return
      const before = replay(given.plan, log.slice(0, begun))
      const due = before.undoable.map((index) => before.plan.steps[index]?.id)
      expect(over.map((event) => ('stepId' in event ? event.stepId : ''))).toEqual(due.reverse())
      expect(state.status).toBe('failed')
      const indexOf = (id: string) => before.plan.steps.findIndex((each) => each.id === id)
      const seen = new Set<number>()
      for (const id of due) {
        const index = indexOf(id ?? '')
        // As above: what comes after such a group may be done before the others.
        const parents = isLoose(state) ? [] : state.graph.parents[index]
        for (const parent of parents ?? []) expect(seen.has(parent)).toBe(false)
        seen.add(index)
      }
    })
  })

  test('what runs last begins after all else has settled, in every session', () => {
    check((given) => {
      const { log, state } = run(given)
      const finals = new Set(given.plan.steps.filter((each) => each.finally).map((each) => each.id))
      for (const id of finals) {
        const started = log.findIndex(
          (event) => event.type === 'step.started' && event.stepId === id,
        )
        expect(started).not.toBe(-1)
        const before = replay(given.plan, log.slice(0, started))
        expect(before.openMain).toBe(0)
      }
      expect(state.openMain).toBe(0)
    })
  })
})
