import type { JobAttempt } from './engine.ts'

/** A job in the hands of this process: the right to drive its session for as long as it is touched. */
export class Lease {
  readonly sessionId: string
  /** What the driver's writes are fenced by; stays the same when the job is renewed. */
  readonly claim: string
  job: JobAttempt
  /** When the job was fetched, and when the last touch began that found it still ours; by `performance.now`. */
  fetchedAt: number
  touchedAt: number
  #lost = false
  #onLost = () => {}

  constructor(sessionId: string, job: JobAttempt, fetchedAt: number) {
    this.sessionId = sessionId
    this.claim = `${job.id}:${job.retryCount}`
    this.job = job
    this.fetchedAt = fetchedAt
    this.touchedAt = fetchedAt
  }

  get lost(): boolean {
    return this.#lost
  }

  onLost(listener: () => void): void {
    this.#onLost = listener
  }

  lose(): void {
    if (this.#lost) return
    this.#lost = true
    this.#onLost()
  }
}

/** The job that a claim was made from. */
export function jobOfClaim(claim: string): JobAttempt {
  const [id = '', retryCount] = claim.split(':')
  return { id, retryCount: Number(retryCount) }
}
