import type { Plan } from '../session/plan.ts'
import {
  type Correlation,
  type Label,
  type ListFilter,
  type SessionListing,
  type StartedBy,
  type Starter,
  starters,
} from './types.ts'

/** Keys that callers give have no colon, so what started a session can stand among its labels. */
const RESERVED = ':'

const CONCURRENCY = `${RESERVED}concurrency`

/** What a session is found by, as rows: its plan's labels and concurrency key, and what started it. */
export function labelsOf(
  { labels = {}, concurrency }: Pick<Plan, 'labels' | 'concurrency'>,
  { startedBy = {} }: Pick<Correlation, 'startedBy'>,
): Label[] {
  return [
    ...Object.entries(labels).map(([key, value]) => ({ key, value })),
    ...rowsOf(startedBy),
    ...rowOf(concurrency?.key),
  ]
}

/** The labels that a list asks for, with those that stand for something else. */
export function labelsSought({
  labels = [],
  startedBy = {},
  concurrencyKey,
}: Pick<ListFilter, 'labels' | 'startedBy' | 'concurrencyKey'>): readonly Label[] {
  return [...labels, ...rowsOf(startedBy), ...rowOf(concurrencyKey)]
}

/** Tells the labels of a row apart from what started it. */
export function partLabels(
  rows: Readonly<Record<string, string>>,
): Pick<SessionListing, 'labels' | 'startedBy'> {
  const labels: Record<string, string> = {}
  const startedBy: Record<string, string> = {}
  for (const [key, value] of Object.entries(rows)) {
    if (key === CONCURRENCY) continue
    if (key.startsWith(RESERVED)) startedBy[key.slice(RESERVED.length)] = value
    else labels[key] = value
  }
  return { labels, startedBy }
}

/** The label that stands for what started a session. */
export function starterLabel(starter: Starter, value: string): Label {
  return { key: `${RESERVED}${starter}`, value }
}

/** The label that stands for a concurrency key, where there is one. */
function rowOf(concurrencyKey: string | undefined): Label[] {
  return concurrencyKey === undefined ? [] : [{ key: CONCURRENCY, value: concurrencyKey }]
}

function rowsOf(startedBy: StartedBy): Label[] {
  return starters.flatMap((starter) => {
    const value = startedBy[starter]
    return value === undefined ? [] : [starterLabel(starter, value)]
  })
}
