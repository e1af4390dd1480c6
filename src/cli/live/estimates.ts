import type { Stepstream } from '../../client/index.ts'
import type { Progress } from './frame.ts'

const SOON_MS = 1000
const LATEST_MS = 5000

/** Asks the service how far a session is: soon after something happened, else now and then. */
export class Estimates {
  readonly #service: Stepstream
  readonly #sessionId: string
  #last: Progress | undefined
  #askedAt = 0
  #isAsking = false
  #hasNews = false

  constructor(service: Stepstream, sessionId: string) {
    this.#service = service
    this.#sessionId = sessionId
  }

  /** What it said last; undefined before the first answer. */
  get last(): Progress | undefined {
    return this.#last
  }

  /** Something happened. */
  note(): void {
    this.#hasNews = true
  }

  /** Asks if it is time. @param now ms, by our clock */
  look(now: number): void {
    const since = now - this.#askedAt
    if (this.#isAsking || since < (this.#hasNews ? SOON_MS : LATEST_MS)) return
    this.#askedAt = now
    this.#hasNews = false
    this.#isAsking = true
    void this.#ask().finally(() => {
      this.#isAsking = false
    })
  }

  async #ask(): Promise<void> {
    const { data } = await this.#service.api
      .GET('/v1/sessions/{id}/progress', { params: { path: { id: this.#sessionId } } })
      // The stream tells of a connection that is lost; an estimate that is old does no harm.
      .catch(() => ({ data: undefined }))
    if (data === undefined) return
    const { estimatedProgress, overallProgress, estimatedEnd } = data
    this.#last = {
      percent: estimatedProgress ?? overallProgress,
      endsAt: estimatedEnd === null ? undefined : Date.parse(estimatedEnd),
    }
  }
}
