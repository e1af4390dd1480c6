import type { LoggedEvent } from '../../../src/session/events.ts'

/** How many of the sessions had begun and not ended at the same time, at the most. */
export function mostAtOnce(logs: readonly (readonly LoggedEvent[])[]): number {
  const changes = logs.flatMap((log) => {
    const begun = log.find(({ type }) => type === 'session.started')
    const end = log.at(-1)
    if (begun === undefined || end === undefined) return []
    return [
      { at: Date.parse(begun.at), by: 1 },
      { at: Date.parse(end.at), by: -1 },
    ]
  })
  let now = 0
  let most = 0
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    now += by
    most = Math.max(most, now)
  }
  return most
}
