import { isSettled, type LiveSession, type LiveStep } from './session-state.ts'
import { detailCount } from './step-lines.ts'

/** What is shown of a session where not all of it has room. */
export interface Choice {
  /** In the order of the plan. */
  readonly steps: readonly LiveStep[]
  /** How many lines of output each running step has. */
  readonly output: number
  /** Whether steps are left out. */
  readonly isPart: boolean
}

const MOST_OUTPUT = 3

/**
 * Chooses the steps that have room in so many lines: those that ask for somebody, those that run, some that
 * failed, then those that ended last and those that come next.
 */
export function chooseSteps(session: LiveSession, room: number): Choice {
  const all = visibleSteps(session, room)
  if (all !== undefined) {
    for (let output = MOST_OUTPUT; output >= 0; output--) {
      if (costOf(all, output) <= room) return { steps: all, output, isPart: false }
    }
  }
  return choosePart(session, room)
}

/** All that are worth a line; undefined where they are more than there is room for. */
function visibleSteps({ steps }: LiveSession, room: number): readonly LiveStep[] | undefined {
  if (steps.length > room) return undefined
  const visible: LiveStep[] = []
  for (const step of steps) {
    visible.push(step)
    // Of what is done the sum is enough, and what went wrong.
    const isDone = step.status === 'completed'
    for (const item of step.items) {
      if (!isDone || item.status === 'failed') visible.push(item)
      if (visible.length > room) return undefined
    }
  }
  return visible
}

function choosePart(session: LiveSession, room: number): Choice {
  const active = [...session.active].toSorted(byUrgency)
  const output = active.length * 2 <= room ? 1 : 0
  // Two lines say what is left out, above and below.
  const taken = new Taken(room - 2, output)
  taken.takeAll(active, room)
  taken.takeAll(
    latest(session, ({ status }) => status === 'failed'),
    Math.ceil(room / 3),
  )
  taken.takeAll(next(session), Math.ceil(room / 4))
  taken.takeAll(latest(session, isSettled), room)
  taken.takeAll(next(session), room)
  return { steps: taken.inOrder(), output, isPart: true }
}

/** The steps that were chosen so far, each with those that it hangs below. */
class Taken {
  readonly #steps = new Set<LiveStep>()
  readonly #groups = new Set<string | undefined>([undefined])
  readonly #output: number
  #room: number

  constructor(room: number, output: number) {
    this.#room = room
    this.#output = output
  }

  /** @param most how many of them at most */
  takeAll(steps: Iterable<LiveStep>, most: number): void {
    let left = most
    for (const step of steps) {
      if (left <= 0 || this.#room <= 0) return
      if (this.#take(step)) left -= 1
    }
  }

  inOrder(): readonly LiveStep[] {
    return [...this.#steps].toSorted((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1])
  }

  #take(step: LiveStep): boolean {
    if (this.#steps.has(step)) return false
    const more = step.parent === undefined ? [step] : [step.parent, step]
    const added = more.filter((one) => !this.#steps.has(one))
    const groups = new Set(added.flatMap(({ group }) => (this.#groups.has(group) ? [] : [group])))
    const lines = added.map((one) => 1 + detailCount(one, this.#output))
    const cost = lines.reduce((sum, count) => sum + count, groups.size)
    if (cost > this.#room) return false
    this.#room -= cost
    for (const one of added) this.#steps.add(one)
    for (const group of groups) this.#groups.add(group)
    return true
  }
}

function costOf(steps: readonly LiveStep[], output: number): number {
  const groups = new Set(steps.flatMap(({ group }) => group ?? []))
  return steps.reduce((sum, step) => sum + 1 + detailCount(step, output), groups.size)
}

function byUrgency(a: LiveStep, b: LiveStep): number {
  return urgencyOf(b) - urgencyOf(a) || (a.startedAt ?? 0) - (b.startedAt ?? 0)
}

function urgencyOf({ asks, status }: LiveStep): number {
  if (asks !== undefined) return 2
  return status === 'running' ? 1 : 0
}

function* latest(
  { settled }: LiveSession,
  isWanted: (step: LiveStep) => boolean,
): Iterable<LiveStep> {
  for (let index = settled.length - 1; index >= 0; index--) {
    const step = settled[index]
    if (step !== undefined && isWanted(step)) yield step
  }
}

function* next({ steps }: LiveSession): Iterable<LiveStep> {
  for (const step of steps) {
    if (step.status === 'pending') yield step
    else if (!isSettled(step)) yield* step.items.filter(({ status }) => status === 'pending')
  }
}
