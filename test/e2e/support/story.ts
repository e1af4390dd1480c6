import type { LoggedEvent } from '../../../src/session/events.ts'
import { typesOf } from '../../support/follow.ts'

/** The type of each event, with its step, but for progress, which comes by the clock. */
export function storyOf(events: readonly LoggedEvent[]): string[] {
  return typesOf(events.filter(({ type }) => type !== 'session.progress'))
}
