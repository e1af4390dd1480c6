import { StepstreamError } from '../../errors.ts'
import { sessionIdPattern } from '../../ids.ts'
import type { Batches } from '../../modules/batches/types.ts'
import type { Coverage } from '../../modules/merged-streamer/types.ts'
import { readSessionFilter } from '../session-filter.ts'
import { coverageNames, type MergedQuery } from './merged-docs.ts'

const MAX_SESSIONS = 100

/** Ids that are unknown are named up to so many. */
const MAX_NAMED = 10

/** How long a stream of a batch takes to notice that it is complete, where no event tells. */
const RECHECK_MS = 2000

/**
 * Which sessions a merged stream covers, and whether others may join them: those that are named are
 * all there will ever be, while a filter takes in what is created later. Those of a batch are
 * complete once it has started all; where there is no such batch, that is found out when it is asked.
 * @throws StepstreamError INVALID_QUERY, SESSION_NOT_FOUND for what cannot be an id
 */
export function readCoverage(
  query: MergedQuery,
  tenant: string,
  batches: Pick<Batches, 'isStarted'>,
): Coverage {
  const { sessions, lastEventId, types, after, limit, ...filter } = query
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  if (sessions !== undefined) {
    if (isFiltered) throw refuse('sessions', 'names them already, so nothing else can be asked for')
    return { tenant, sessions: { ids: readIds(sessions) }, isComplete: () => true }
  }
  if (!isFiltered) {
    throw new StepstreamError(
      'INVALID_QUERY',
      `Say which sessions, by one of ${coverageNames.join(', ')}.`,
    )
  }
  const { tenant: _, ...sought } = readSessionFilter(filter, tenant, (field, message) => {
    throw refuse(field, message)
  })
  const { batch: id } = filter
  if (id === undefined) return { tenant, sessions: { filter: sought }, isComplete: () => false }
  const isComplete = () => batches.isStarted({ tenant, id })
  return { tenant, sessions: { filter: sought }, isComplete, recheckMs: RECHECK_MS }
}

/** @throws StepstreamError SESSION_NOT_FOUND naming the ids, unless there are none */
export function refuseUnknown(ids: readonly string[]): void {
  if (ids.length === 0) return
  const named = ids.slice(0, MAX_NAMED).map((id) => id.slice(0, 64).toWellFormed())
  const others = ids.length > named.length ? ` and ${ids.length - named.length} more` : ''
  throw new StepstreamError(
    'SESSION_NOT_FOUND',
    `There is no session ${named.join(', ')}${others}.`,
  )
}

function readIds(given: string | readonly string[]): readonly string[] {
  const texts = [given].flat().flatMap((text) => text.split(','))
  const ids = [...new Set(texts.map((text) => text.trim()).filter(Boolean))].toSorted()
  if (ids.length === 0) throw refuse('sessions', 'names none')
  if (ids.length > MAX_SESSIONS) {
    throw refuse('sessions', `names ${ids.length}; at most ${MAX_SESSIONS} are allowed`)
  }
  refuseUnknown(ids.filter((id) => !sessionIdPattern.test(id)))
  return ids
}

function refuse(field: string, what: string): StepstreamError {
  return new StepstreamError('INVALID_QUERY', `The query parameter "${field}" ${what}.`)
}
