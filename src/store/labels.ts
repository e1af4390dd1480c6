import type { Plan } from '../session/plan.ts'
import {
  type Correlation,
  type KeyedPriority,
  type Label,
  type ListFilter,
  type SessionListing,
  type StartedBy,
  type Starter,
  starters,
} from './types.ts'

/** Keys that callers give have no colon, so what started a session can stand among its labels. */
const RESERVED = ':'

/** A priority other than 0 follows it, behind another colon. */
const CONCURRENCY = `${RESERVED}concurrency`

/** What a session is found by, as rows: its plan's labels, its concurrency key with its priority, and what started it. */
export function labelsOf(
  { labels = {}, concurrency, priority = 0 }: Pick<Plan, 'labels' | 'concurrency' | 'priority'>,
  { startedBy = {} }: Pick<Correlation, 'startedBy'>,
): Label[] {
  return [
    ...Object.entries(labels).map(([key, value]) => ({ key, value })),
    ...rowsOf(startedBy),
    ...(concurrency === undefined ? [] : [rowOf({ key: concurrency.key, priority })]),
  ]
}

/** The labels that a list asks for, with those that stand for something else. */
export function labelsSought({
  labels = [],
  startedBy = {},
  concurrency,
}: Pick<ListFilter, 'labels' | 'startedBy' | 'concurrency'>): readonly Label[] {
  return [
    ...labels,
    ...rowsOf(startedBy),
    ...(concurrency === undefined ? [] : [rowOf(concurrency)]),
  ]
}

/** Tells the labels of a row apart from what started it. */
export function partLabels(
  rows: Readonly<Record<string, string>>,
): Pick<SessionListing, 'labels' | 'startedBy'> {
  const labels: Record<string, string> = {}
  const startedBy: Record<string, string> = {}
  for (const [key, value] of Object.entries(rows)) {
    if (key === CONCURRENCY || key.startsWith(`${CONCURRENCY}${RESERVED}`)) continue
    if (key.startsWith(RESERVED)) startedBy[key.slice(RESERVED.length)] = value
    else labels[key] = value
  }
  return { labels, startedBy }
}

/** The label that stands for what started a session. */
export function starterLabel(starter: Starter, value: string): Label {
  return { key: `${RESERVED}${starter}`, value }
}

/** The label that stands for a concurrency key, one for each priority: a range of an index finds who waits with it. */
function rowOf({ key, priority }: KeyedPriority): Label {
  const isUsual = priority === 0
  return { key: isUsual ? CONCURRENCY : `${CONCURRENCY}${RESERVED}${priority}`, value: key }
}

function rowsOf(startedBy: StartedBy): Label[] {
  return starters.flatMap((starter) => {
    const value = startedBy[starter]
    return value === undefined ? [] : [starterLabel(starter, value)]
  })
}
