import type { LoggedEvent } from '../../session/events.ts'

interface Share {
  total: number
  readonly settled: Set<string>
  percent: number
}

/** How far each of several sessions is, by what their steps tell, or by what they tell themselves. */
export class Shares {
  readonly #shares: ReadonlyMap<string, Share>

  /** @param totals the number of steps of each, by its id */
  constructor(totals: ReadonlyMap<string, number>) {
    this.#shares = new Map(
      [...totals].map(([id, total]) => [id, { total, settled: new Set<string>(), percent: 0 }]),
    )
  }

  take(event: LoggedEvent): void {
    const share = this.#shares.get(event.sessionId)
    if (share === undefined) return
    switch (event.type) {
      case 'session.progress':
        share.percent = event.data.percent
        return
      case 'step.expanded':
        share.total += event.data.count
        return
      case 'step.started':
      case 'step.resolved':
        share.settled.delete(event.stepId ?? '')
        break
      case 'step.rewound':
        for (const id of event.data.steps) share.settled.delete(id)
        break
      case 'step.completed':
      case 'step.kept':
      case 'step.failed':
      case 'step.skipped':
      case 'step.cancelled':
        share.settled.add(event.stepId ?? '')
        break
      default:
        return
    }
    share.percent = (100 * share.settled.size) / Math.max(1, share.total)
  }

  percents(): ReadonlyMap<string, number> {
    return new Map([...this.#shares].map(([id, { percent }]) => [id, percent]))
  }
}
