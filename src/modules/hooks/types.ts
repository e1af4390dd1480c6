import type { JsonObject } from '../../json.ts'
import type { EventType } from '../../session/events.ts'
import type { Commit, Correlation } from '../../store/types.ts'
import type { ExpectedVersion } from '../../store/workflows.ts'

/** The events that can fire a hook. */
export const hookEventTypes = [
  'session.started',
  'session.waiting',
  'session.paused',
  'session.resumed',
  'session.completed',
  'session.failed',
  'session.cancelled',
] as const satisfies readonly EventType[]

export type HookEventType = (typeof hookEventTypes)[number]

/** Fires when it is called from outside. */
export interface WebhookSource {
  /** The name of the secret that callers sign with; absent: they need a key of the service. */
  readonly secret?: string | undefined
  /** An expression: calls for which it gives the same fire once. */
  readonly idempotency?: string | undefined
}

/** Fires with events of sessions, all those that it does not leave out. */
export interface EventSource {
  readonly types: readonly HookEventType[]
  /** The name of the saved workflow that the session was started from. */
  readonly workflow?: string | undefined
  /** Labels that the session has, all of them. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

export interface HookSources {
  readonly webhook?: WebhookSource | undefined
  readonly events?: EventSource | undefined
}

/** What a hook starts. */
export interface HookStart {
  /** The name of a saved workflow. */
  readonly workflow: string
  /** @default the current one */
  readonly version?: number
  /** What makes the input of each name. */
  readonly inputs: JsonObject
  /** Of its sessions. */
  readonly labels?: Readonly<Record<string, string>>
}

/** What a hook is to do. */
export interface HookDefinition {
  readonly name?: string | undefined
  readonly start: HookStart
  /** Exactly one of them. */
  readonly on: HookSources
  /** An expression: it fires only where this is true. */
  readonly when?: string | undefined
}

/** What became of a call or an event: `skipped` by `when`, `refused` for the length of its chain. */
export type FireKind = (typeof fireKinds)[number]

export const fireKinds = ['fired', 'skipped', 'failed', 'refused'] as const

/** One call or event, or several in a row that the same became of. Times are ms since the epoch. */
export interface HookEntry {
  readonly at: number
  /** The last of several. */
  readonly lastAt?: number
  /** @default 1 */
  readonly count?: number
  readonly kind: FireKind
  /** The session that was started. */
  readonly sessionId?: string
  /** The event it was about, the last of several. */
  readonly event?: { readonly sessionId: string; readonly seq: number }
  readonly message?: string
}

/** What is kept of a hook. */
export interface HookRecord extends HookDefinition {
  /** One more with each change that somebody makes. */
  readonly revision: number
  readonly paused: boolean
  /** Events from before do not fire it, ms since the epoch. */
  readonly since: number
  /** How many sessions it has started. */
  readonly runs: number
  /** Oldest first. */
  readonly history: readonly HookEntry[]
}

export interface Hook extends HookRecord {
  readonly id: string
  readonly tenant: string
  /** Of the document it is kept in. */
  readonly version: number
  readonly createdAt: number
}

export interface NewHook {
  readonly definition: HookDefinition
  /** @default as it is; a new one is not */
  readonly paused?: boolean | undefined
}

/** What names a hook, and which revision of it is expected to be current. */
export interface HookKey {
  readonly tenant: string
  readonly id: string
  readonly expected?: ExpectedVersion
}

/** A call of a hook from outside. */
export interface InboundCall {
  readonly method: string
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly query: JsonObject
  readonly body: unknown
  /** As it came, for the signature. */
  readonly rawBody: string
  readonly correlation: Correlation
  /** Whether it came with what lets it call any other route. */
  readonly isKnown: boolean
}

/** What came of a call; undefined where `when` was false. */
export type CallOutcome = { readonly sessionId: string; readonly isNew: boolean } | undefined

/** Starts sessions of saved workflows when it is called, or when something happens to other sessions. */
export interface Hooks {
  /** @throws StepstreamError with the faults, TOO_MANY_HOOKS */
  create(tenant: string, hook: NewHook): Promise<Hook>
  /** Replaces the definition; the history stays. @throws as `create`, HOOK_NOT_FOUND, PRECONDITION_FAILED */
  replace(key: HookKey, hook: NewHook): Promise<Hook>
  /** Its sessions stay. @throws HOOK_NOT_FOUND, PRECONDITION_FAILED */
  remove(key: HookKey): Promise<void>
  /** @throws HOOK_NOT_FOUND */
  get(tenant: string, id: string): Promise<Hook>
  /** Newest first, those after the one given. */
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Hook[]>
  /** Nothing fires while it is paused, and nothing of that time is made up. @throws as `remove` */
  setPaused(key: HookKey, paused: boolean): Promise<Hook>
  /**
   * Starts the session that a call asks for, once however often it is repeated.
   * @throws HOOK_NOT_FOUND, UNAUTHENTICATED, INVALID_SIGNATURE, HOOK_PAUSED, or what is wrong with its inputs
   */
  call(tenant: string, id: string, call: InboundCall): Promise<CallOutcome>
  /** Told of each group of commits of this process. Never throws. */
  publish(commits: readonly Commit[]): void
  /** Resolves when nothing is under way, and every history is written. */
  stop(): Promise<void>
}
