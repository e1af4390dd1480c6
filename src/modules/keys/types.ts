/**
 * What a key may do. `read`: see everything of its tenant. `run`: start sessions. `control`: change
 * what is there. `answer`: answer questions that sessions ask. `work`: take work from queues.
 * `admin`: all of it, and keys and the audit log.
 */
export const scopes = ['read', 'run', 'control', 'answer', 'work', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** Everything belongs to this tenant where no key says otherwise; its admins are the operators. */
export const DEFAULT_TENANT = 'default'

/** What a tenant may be called. */
export const tenantPattern = /^[a-zA-Z0-9][\w.-]{0,62}$/

/** What a queue may be called. */
export const queuePattern = /^[a-zA-Z0-9][\w.:/-]{0,127}$/

/** One of the secrets that open a key: the current one, or one that a rotation has left for a while. */
export interface KeySecret {
  /** SHA-256 in hex: the secret itself is not kept. */
  readonly hash: string
  /** Its last characters, to recognise it by. */
  readonly hint: string
  /** When it stops working, ms since the epoch; null: with its key. */
  readonly until: number | null
}

/** What is kept of a key. Times are ms since the epoch. */
export interface KeyRecord {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The queues that `work` is limited to; absent: all. */
  readonly queues?: readonly string[]
  /** The id of the key that it was made with; null where none was needed. */
  readonly createdBy: string | null
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  /** To the minute. */
  readonly lastUsedAt: number | null
  /** The current one is the last. */
  readonly secrets: readonly KeySecret[]
}

export interface Key extends KeyRecord {
  readonly id: string
  readonly tenant: string
  /** Of the document it is kept in. */
  readonly version: number
  readonly createdAt: number
}

export type NewKey = Pick<KeyRecord, 'name' | 'scopes' | 'queues' | 'createdBy' | 'expiresAt'>

/** A key with its secret, which cannot be shown again. */
export interface MadeKey {
  readonly key: Key
  readonly secret: string
}

/** What names a key. */
export type KeyName = Pick<Key, 'tenant' | 'id'>

/** Who a request is from: the key that it came with. */
export interface Caller {
  /** `key_…`; `setting:<name>` for a key of the settings, `first` for the one of the first start. */
  readonly keyId: string
  readonly name: string
  readonly tenant: string
  readonly scopes: ReadonlySet<Scope>
  /** The queues that `work` is limited to; absent: all. */
  readonly queues?: readonly string[]
  /** When its key expires, ms since the epoch; null: never. */
  readonly expiresAt: number | null
}

/** Why a key opens nothing any more. */
export type Lapse = 'revoked' | 'expired'

/** What was let in, for what goes on after it was. */
export interface Permit {
  /** Why it holds no more; undefined while it does. @throws STORAGE_UNAVAILABLE when that is not known */
  lapse(): Promise<Lapse | undefined>
}

export interface Admission {
  readonly caller: Caller
  /** Absent where it holds as long as the process runs. */
  readonly permit?: Permit
}

/** What came of a secret or a ticket; undefined where nobody knows it. */
export type Identified = Admission | Lapse | undefined

/** By which key something was made that is kept nowhere, such as a link. */
export interface MadeBy {
  /** Null where no key was needed. */
  readonly keyId: string | null
  readonly tenant: string
}

/** Whoever made something, or why it counts no more; undefined where nobody knows the key. */
export type Maker = { readonly name?: string } | Lapse | undefined

export interface Ticket {
  readonly ticket: string
  /** ms since the epoch. */
  readonly expiresAt: number
}

/** What somebody who has shown a key is known by for a while. */
export interface SignIn {
  readonly token: string
  readonly caller: Caller
  /** ms since the epoch. */
  readonly expiresAt: number
}

/** Who may call: keys of the settings, and keys that were made by calls. */
export interface Keys {
  /** The secret of a key that was made at this start; it is not kept and cannot be shown again. */
  readonly made: string | undefined
  /** @throws TOO_MANY_KEYS */
  create(tenant: string, key: NewKey): Promise<MadeKey>
  /** @throws KEY_NOT_FOUND */
  get(name: KeyName): Promise<Key>
  /** Newest first, those after the one given; revoked and expired ones too, for a while. */
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Key[]>
  /**
   * Gives it another secret; those it had work for so long. In force at once here, and within
   * seconds in other processes. @throws KEY_NOT_FOUND, KEY_ENDED
   */
  rotate(name: KeyName, overlapMs: number): Promise<MadeKey>
  /** In force as `rotate` is; changes nothing where it was revoked. @throws KEY_NOT_FOUND */
  revoke(name: KeyName): Promise<Key>
  /** Whose secret this is. @throws STORAGE_UNAVAILABLE */
  identify(secret: string): Promise<Identified>
  /**
   * A text that lets whoever has it read the events of one session, until it expires or its key
   * does. @param caller undefined where no key is needed
   */
  issueTicket(caller: Caller | undefined, sessionId: string, ttlMs: number): Promise<Ticket>
  /** Whom a ticket of this session stands for, with the scope `read` alone. @throws STORAGE_UNAVAILABLE */
  admitTicket(ticket: string, sessionId: string): Promise<Identified>
  /**
   * By whom something was made, as it is now: what was made where no key was needed counts as long
   * as none is. @throws STORAGE_UNAVAILABLE
   */
  maker(made: MadeBy): Promise<Maker>
  /** What such a thing is signed with beside what it says: it changes with the secret of a key of the settings. */
  bondOf(made: Pick<MadeBy, 'keyId'>): string
  /**
   * A text that stands for a key, for so long, or as long as its secret opens anything, or until
   * they sign out. @throws STORAGE_UNAVAILABLE
   */
  signIn(secret: string, ttlMs: number): Promise<SignIn | Lapse | undefined>
  /** Whose key such a text stands for. @throws STORAGE_UNAVAILABLE */
  admitSignIn(token: string): Promise<Identified>
  /**
   * Such a text stands for nothing any more: at once here, and within seconds in other processes.
   * @throws STORAGE_UNAVAILABLE
   */
  signOut(token: string): Promise<void>
  /** Resolves when what was noted in the background is written. */
  stop(): Promise<void>
}
