import type { FastifyBaseLogger } from 'fastify'
import type { EventType } from '../../session/events.ts'
import type { Commit, EncodedEvent } from '../../store/types.ts'
import type { EventBus, EventOf, Subscriber } from './types.ts'

/**
 * A bus over the committed log. An event is parsed once, and only if somebody subscribed to its
 * type: any other costs one look-up.
 */
export function createEventBus(log: Pick<FastifyBaseLogger, 'error'>): EventBus {
  const subscribers = new Map<EventType, Subscriber<EventType>[]>()

  return {
    on<T extends EventType>(type: T, subscriber: Subscriber<T>) {
      const others = subscribers.get(type) ?? []
      // Only events of its own type are handed to it.
      subscribers.set(type, [...others, subscriber as unknown as Subscriber<EventType>])
    },
    publish(commits) {
      if (subscribers.size === 0) return
      for (const commit of commits) {
        for (const event of commit.events) {
          const interested = subscribers.get(event.type)
          if (interested !== undefined) deliver(event, commit, interested)
        }
      }
    },
  }

  function deliver(
    encoded: EncodedEvent,
    commit: Commit,
    interested: readonly Subscriber<EventType>[],
  ): void {
    const event = JSON.parse(encoded.body) as EventOf<EventType>
    const report = (error: unknown) =>
      log.error(
        { err: error, sessionId: commit.sessionId, type: event.type },
        'a subscriber failed',
      )
    for (const subscriber of interested) {
      try {
        // What is no promise is nobody's to wait for, whatever the types allow.
        Promise.resolve(subscriber(event, commit)).catch(report)
      } catch (error) {
        report(error)
      }
    }
  }
}
