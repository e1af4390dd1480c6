import type { Json } from '../../json.ts'

/** Shorter values would blot out ordinary text. */
const SHORTEST_MASKED = 4

const nothing: ReadonlyMap<string, string> = new Map()

/** The secrets one attempt has read: their values are masked in whatever it says. */
export class AttemptSecrets {
  readonly #all: ReadonlyMap<string, string>
  /** Values and their names, the longest first: one may be a part of another. */
  #read = nothing

  constructor(all: ReadonlyMap<string, string>) {
    this.#all = all
  }

  read(name: string): string | undefined {
    const value = this.#all.get(name)
    if (value === undefined || value.length < SHORTEST_MASKED || this.#read.has(value)) return value
    const known = [...this.#read, [value, name] as const]
    this.#read = new Map(known.sort(([a], [b]) => b.length - a.length))
    return value
  }

  /** As if an attempt had read all of them: for what comes from outside. */
  static allRead(all: ReadonlyMap<string, string>): AttemptSecrets {
    const secrets = new AttemptSecrets(all)
    for (const name of all.keys()) secrets.read(name)
    return secrets
  }

  /** Replaces every secret value in a text by its name. */
  mask(text: string): string {
    let masked = text
    for (const [value, name] of this.#read)
      masked = masked.replaceAll(value, () => `[secret ${name}]`)
    return masked
  }

  /** The same in every string inside a value, keys included; the value itself when none was read. */
  maskAll(value: Json): Json {
    if (this.#read.size === 0) return value
    if (typeof value === 'string') return this.mask(value)
    if (Array.isArray(value)) return value.map((item: Json) => this.maskAll(item))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.mask(key), this.maskAll(item)]),
    )
  }

  /** How many characters at the end of a text may be the beginning of a secret. */
  openEnd(text: string): number {
    let open = 0
    for (const value of this.#read.keys()) {
      for (let length = Math.min(value.length - 1, text.length); length > open; length--) {
        if (text.endsWith(value.slice(0, length))) open = length
      }
    }
    return open
  }
}
