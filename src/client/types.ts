import type { Client } from 'openapi-fetch'
import type { components, operations, paths } from './api-types.ts'

type Schemas = components['schemas']

/** A fact of a session's log, told apart by its `type`. */
export type Event = Schemas['Event']

export type EventType = Event['type']

/** A type of event, or all of a family, as `step.*`. */
export type EventPattern = EventType | `${Family<EventType>}.*`

type Family<T extends string> = T extends `${infer Name}.${string}` ? Name : never

/** The events that end a session; one of them is the last of every log that ended. */
export type FinalEvent = Extract<
  Event,
  { type: 'session.completed' | 'session.failed' | 'session.cancelled' }
>

/** What a follower of these types is shown; the final events always come. */
export type EventOf<Pattern extends EventPattern> = FinalEvent | Matching<Pattern>

type Matching<Pattern extends EventPattern> = Pattern extends `${infer Name}.*`
  ? Extract<Event, { type: `${Name}.${string}` }>
  : Extract<Event, { type: Pattern }>

export type Session = Schemas['Session']

export type Problem = Schemas['Problem']

/** Steps in a row, or a whole workflow. */
export type Workflow = Schemas['WorkflowDefinition']

type StartBody = Extract<Schemas['WorkflowBody'], { workflow: string }>

export type StartOptions = Omit<StartBody, 'workflow'> & {
  /** Kept for 24 h: a start that is repeated with it starts nothing, and gets the first answer. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

export type Started = Schemas['AcceptedSession']

/** What a person decides, or what came of work. */
export type Answer = Schemas['Decision'] | Schemas['InteractionResult']

/** What was taken of an answer. */
export type Answered<A extends Answer> = A extends Schemas['Decision']
  ? Schemas['AcceptedDecision']
  : operations['answerInteraction']['responses'][202]['content']['application/json']

/** Events that were asked for are not to be had; the stream goes on with those that are kept. */
export interface Gap {
  readonly reason: 'future' | 'purged' | 'unknown'
  /** The `seq` behind which the stream was to go on, as it was sent. */
  readonly requested: string
  /** The first event that is kept. */
  readonly first: number
  /** The event to come. */
  readonly next: number
}

export interface FollowOptions<Pattern extends EventPattern = EventPattern> {
  /** The `seq` of the last event that is known. @default from the first event that is kept */
  readonly after?: number
  /** Only these, and the event that ends the session. @default all */
  readonly types?: readonly Pattern[]
  /** Ends the iteration with its reason as the error, and closes the connection. */
  readonly signal?: AbortSignal
  /** In place of a key: a ticket of `POST /v1/sessions/:id/tickets`. */
  readonly ticket?: string
  /** Told of events that are missed. @default the iteration ends with a StreamGapError */
  readonly onGap?: (gap: Gap) => void
  /**
   * How long a connection may say nothing, heartbeats included, before another one is opened, in ms.
   * It must be longer than the service's STREAM_HEARTBEAT.
   * @default 60_000
   */
  readonly silenceMs?: number
}

export interface StepstreamOptions {
  /** Where the service is, as `http://localhost:8080`; empty for a page's own origin. */
  readonly baseUrl: string
  /** Sent with each request. @default none */
  readonly key?: string
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch
}

/** All errors of the service are thrown as ProblemError, but by `api`, which returns them. */
export interface Stepstream {
  /** Every route, typed by the API description. */
  readonly api: Client<paths>
  /** Starts a session of a workflow, or of a saved one by its name; it is on disk when this resolves. */
  start(workflow: Workflow | string, options?: StartOptions): Promise<Started>
  /**
   * The events of a session from the first, or from after one that is known, and then live until the
   * session ends, over as many connections as that takes. Each comes once, in order. Leaving the loop
   * closes the connection.
   * @throws ProblemError when the service refuses, as with 401, 403 and 404
   * @throws StreamGapError when events were missed and nobody was to be told
   */
  follow<Pattern extends EventPattern = EventPattern>(
    sessionId: string,
    options?: FollowOptions<Pattern>,
  ): AsyncIterable<EventOf<Pattern>>
  /** Waits for the end of a session, however it ends; the session as it is then. */
  result(sessionId: string, options?: Pick<FollowOptions, 'signal' | 'silenceMs'>): Promise<Session>
  /** Answers what a session asks for: with a `decision` as a person, or with the `status` of work. */
  answer<A extends Answer>(
    interactionId: string,
    answer: A,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Answered<A>>
}
