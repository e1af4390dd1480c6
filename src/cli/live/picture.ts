import { Estimates } from './estimates.ts'
import type { Following } from './following.ts'
import { frameOf, shareOf } from './frame.ts'
import { paintOut } from './paint-out.ts'
import type { Screen } from './screen.ts'
import type { LiveSession } from './session-state.ts'

/** Twelve pictures a second at most: more is not seen, and costs. */
const PICTURE_MS = 85

interface Parts {
  readonly following: Following
  readonly session: LiveSession
  readonly screen: Screen
  readonly clockAhead: number
  readonly page: string | undefined
}

/** What is drawn of a session, until it is stopped. */
export class Picture {
  readonly #parts: Parts
  readonly #estimates: Estimates
  #timer: NodeJS.Timeout | undefined
  #lost: string | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { service, sessionId, line } = parts.following
    this.#estimates = new Estimates(service, sessionId)
    line.onChange = (lost) => {
      this.#lost = lost
    }
    this.go()
  }

  /** Something happened. */
  note(): void {
    this.#estimates.note()
  }

  go(): void {
    this.#timer ??= setInterval(() => this.#draw(), PICTURE_MS)
  }

  /** Makes room for something else. */
  pause(): void {
    this.stop()
    this.#parts.screen.clear()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Leaves the last picture where it is. */
  keep(): void {
    this.stop()
    const { screen, page, following } = this.#parts
    // The page of a service that ends with this program is gone soon.
    screen.keep(this.#lines(undefined, following.isEmbedded ? undefined : page))
  }

  #draw(): void {
    this.#parts.screen.draw(this.#lines(this.#lost, this.#parts.page))
    this.#estimates.look(Date.now())
  }

  #lines(lost: string | undefined, page: string | undefined): readonly string[] {
    const { following, session, screen, clockAhead } = this.#parts
    const { endedAt } = session
    const share = { percent: shareOf(session), endsAt: undefined }
    return frameOf(session, {
      now: endedAt ?? Date.now() + clockAhead,
      paint: paintOut,
      where: following,
      columns: screen.columns,
      rows: screen.rows,
      progress: endedAt === undefined ? (this.#estimates.last ?? share) : share,
      page,
      lost: lost === undefined ? undefined : `connection lost (${lost}); resumes by itself`,
    })
  }
}
