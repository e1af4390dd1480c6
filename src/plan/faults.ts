import { type ErrorCode, type Fault, StepstreamError } from '../errors.ts'
import { toPointer } from '../json-pointer.ts'

/** Where a value stands: the keys and indexes that lead to it. */
export type Path = readonly (string | number)[]

/** Beyond this many faults a body is better rewritten than repaired. */
const MAX_FAULTS = 100

/** Gathers the faults of one body, so that the caller sees them all at once. */
export class Faults {
  readonly #found: Fault[]
  readonly #line: string | undefined

  /** @param line the line that messages name, where a fault stands in a phrase that it uses */
  constructor(found: Fault[] = [], line?: string) {
    this.#found = found
    this.#line = line
  }

  /** Gathers to the same faults, and names the line that used a phrase. */
  usedBy(line: string | undefined): Faults {
    return line === undefined ? this : new Faults(this.#found, line)
  }

  add(path: Path, code: ErrorCode, said: string): void {
    const message = this.#line === undefined ? said : `${said} (used by ${this.#line})`
    const pointer = toPointer(path)
    // A value that holds for many steps is at fault once.
    const isSame = (other: Fault) => other.pointer === pointer && other.message === message
    if (this.#found.length === MAX_FAULTS || this.#found.some(isSame)) return
    this.#found.push({ pointer, code, message })
  }

  /** What `make` gives; undefined when it throws a StepstreamError, which becomes a fault at `path`. */
  attempt<T>(path: Path, make: () => T): T | undefined {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof StepstreamError)) throw error
      this.add(path, error.code, error.message)
      return undefined
    }
  }

  get all(): readonly Fault[] {
    return this.#found
  }

  get count(): number {
    return this.#found.length
  }

  get isFull(): boolean {
    return this.#found.length === MAX_FAULTS
  }

  /** For where there must be one. @throws StepstreamError with every fault found so far */
  fail(): never {
    this.throwIfAny()
    throw new Error('a body was refused without a fault')
  }

  /** @throws StepstreamError with every fault found so far; its code is the first one's */
  throwIfAny(): void {
    const [first, ...rest] = this.#found
    if (first !== undefined) throw StepstreamError.fromFaults([first, ...rest])
  }
}

/** Up to 80 characters of a value as JSON, for a message. */
export function quote(value: unknown): string {
  const text = (JSON.stringify(value) ?? String(value)).toWellFormed()
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
