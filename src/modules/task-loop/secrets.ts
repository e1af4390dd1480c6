import type { Json } from '../../json.ts'

/** Shorter values would blot out ordinary text. */
const SHORTEST_MASKED = 4

/** The secrets one attempt has read: their values are masked in whatever it says. */
export class AttemptSecrets {
  readonly #all: ReadonlyMap<string, string>
  readonly #read = new Map<string, string>()

  constructor(all: ReadonlyMap<string, string>) {
    this.#all = all
  }

  read(name: string): string | undefined {
    const value = this.#all.get(name)
    if (value !== undefined && value.length >= SHORTEST_MASKED) this.#read.set(value, name)
    return value
  }

  /** Replaces every secret value in a text by its name. */
  mask(text: string): string {
    let masked = text
    for (const [value, name] of this.#read) masked = masked.replaceAll(value, `[secret ${name}]`)
    return masked
  }

  /** The same in every string inside a value, keys included. */
  maskAll(value: Json): Json {
    if (this.#read.size === 0) return value
    if (typeof value === 'string') return this.mask(value)
    if (Array.isArray(value)) return value.map((item: Json) => this.maskAll(item))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.mask(key), this.maskAll(item)]),
    )
  }
}
