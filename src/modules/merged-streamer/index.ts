import { MergedStream, type MergedStreamOptions } from './merged-stream.ts'
import { PositionFollower } from './position-follower.ts'
import { readPage } from './read-page.ts'
import type { Coverage, MergedStreamer } from './types.ts'

/**
 * Makes the streamer. Followers of the same sessions read together; a commit costs a look-up while
 * somebody follows, and nothing otherwise. What a filter finds is not known by a session's id, so
 * each commit of a tenant has the followers of its filters look.
 */
export function createMergedStreamer(options: MergedStreamOptions): MergedStreamer {
  const streams = new Map<string, MergedStream>()
  const bySession = new Map<string, Set<MergedStream>>()
  const filters = new Set<MergedStream>()
  let followers = 0

  return {
    publish(commits) {
      if (streams.size === 0) return
      const tenants = new Set(commits.map(({ tenant }) => tenant))
      const ofFilters = [...filters].filter(({ coverage }) => tenants.has(coverage.tenant))
      doubtAll([...ofSessions(commits.map(({ sessionId }) => sessionId)), ...ofFilters])
    },
    changed(sessionIds) {
      if (streams.size > 0) doubtAll([...ofSessions(sessionIds), ...filters])
    },
    read: (coverage, part) => readPage(options.store, coverage, part),
    follow(coverage, afterPosition) {
      const stream = streams.get(keyOf(coverage)) ?? open(coverage)
      followers += 1
      return new PositionFollower(stream, afterPosition, left)
    },
    stats: () => ({ followers, streams: streams.size }),
  }

  function ofSessions(sessionIds: readonly string[]): Set<MergedStream> {
    return new Set(sessionIds.flatMap((id) => [...(bySession.get(id) ?? [])]))
  }

  function doubtAll(doubted: readonly MergedStream[]): void {
    for (const stream of doubted) stream.doubt()
  }

  function open(coverage: Coverage): MergedStream {
    const stream = new MergedStream(coverage, options)
    streams.set(keyOf(coverage), stream)
    if ('filter' in coverage.sessions) filters.add(stream)
    else for (const id of coverage.sessions.ids) addTo(id, stream)
    return stream
  }

  function addTo(sessionId: string, stream: MergedStream): void {
    const known = bySession.get(sessionId) ?? new Set()
    bySession.set(sessionId, known.add(stream))
  }

  function left(stream: MergedStream): void {
    followers -= 1
    if (stream.followers.size > 0) return
    stream.close()
    streams.delete(keyOf(stream.coverage))
    filters.delete(stream)
    if ('filter' in stream.coverage.sessions) return
    for (const id of stream.coverage.sessions.ids) {
      const known = bySession.get(id)
      known?.delete(stream)
      if (known?.size === 0) bySession.delete(id)
    }
  }
}

function keyOf({ tenant, sessions }: Coverage): string {
  return JSON.stringify([tenant, sessions])
}
