import type { EventType, LoggedEvent } from './events.ts'

/** What stands in a line behind the time and the step: nothing for what is not worth one, or several lines. */
export type Said = string | readonly string[] | undefined

/** What the events of some types say. */
export type Words<Pattern extends string> = {
  readonly [T in Extract<EventType, Pattern>]: (
    event: Extract<LoggedEvent, { type: T }>,
    context: LineContext,
  ) => Said
}

export interface LineContext {
  /** Stands before the paths of artifacts, as `http://localhost:8080`; empty for the path alone. */
  readonly baseUrl: string
}
