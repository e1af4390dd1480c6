import type { SessionState } from './state.ts'

/** A chain of steps of which each waits for the one before it. */
export interface Path {
  readonly ms: number
  /** Step indices, the first to end first. */
  readonly steps: readonly number[]
}

/**
 * The chain of unsettled steps that takes longest from now on.
 * @param remainingMs what is left of a step, by its index
 */
export function longestPath(
  session: Pick<SessionState, 'plan' | 'graph' | 'steps'>,
  remainingMs: (index: number) => number,
): Path {
  const { plan, graph, steps } = session
  const endsIn: number[] = []
  const waitsFor: (number | undefined)[] = []
  const later = (a: number | undefined, b: number) =>
    a === undefined || (endsIn[b] ?? 0) > (endsIn[a] ?? 0) ? b : a
  let last: number | undefined
  let lastOfMain: number | undefined
  for (const index of inOrder(session)) {
    const isFinal = plan.steps[index]?.finally === true
    let before = isFinal ? lastOfMain : undefined
    for (const parent of graph.parents[index] ?? []) {
      if (isOpen(session, parent)) before = later(before, parent)
    }
    // What has begun waits for nobody.
    if (steps[index]?.status !== 'pending') before = undefined
    waitsFor[index] = before
    endsIn[index] = (before === undefined ? 0 : (endsIn[before] ?? 0)) + remainingMs(index)
    last = later(last, index)
    if (!isFinal) lastOfMain = last
  }
  if (last === undefined) return { ms: 0, steps: [] }
  const path: number[] = []
  for (let at: number | undefined = last; at !== undefined; at = waitsFor[at]) path.push(at)
  return { ms: endsIn[last] ?? 0, steps: path.reverse() }
}

/** The unsettled steps, each behind its parents; those that run last behind all others. */
function inOrder(session: Pick<SessionState, 'plan' | 'graph' | 'steps'>): readonly number[] {
  const { plan, graph, steps } = session
  const order: number[] = []
  const openParents = steps.map((_, index) => {
    if (!isOpen(session, index)) return 0
    const count = (graph.parents[index] ?? []).filter((parent) => isOpen(session, parent)).length
    if (count === 0) order.push(index)
    return count
  })
  for (const index of order) {
    for (const child of graph.children[index] ?? []) {
      const left = (openParents[child] ?? 0) - 1
      openParents[child] = left
      if (left === 0) order.push(child)
    }
  }
  const isFinal = (index: number) => plan.steps[index]?.finally === true
  return [...order.filter((index) => !isFinal(index)), ...order.filter(isFinal)]
}

function isOpen({ steps }: Pick<SessionState, 'steps'>, index: number): boolean {
  return steps[index]?.passage === undefined
}
