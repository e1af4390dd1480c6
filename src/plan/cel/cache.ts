/** A map of at most `capacity` entries; when it is full, the older half of them makes room. */
export class Cache<Value> {
  readonly #entries = new Map<string, Value>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The value of a key, made when it is not there. What `make` throws is not kept. */
  get(key: string, make: (key: string) => Value): Value {
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    const value = make(key)
    if (this.#entries.size >= this.#capacity) this.#dropOldest()
    this.#entries.set(key, value)
    return value
  }

  /** The oldest half at once, so that a full cache costs nothing on each use. */
  #dropOldest(): void {
    let left = Math.ceil(this.#capacity / 2)
    for (const key of this.#entries.keys()) {
      if (left-- === 0) break
      this.#entries.delete(key)
    }
  }
}
