import type { SessionLog, Span, StepLog } from './session-log.ts'

export interface Bar {
  /** Shares of the whole, 0 to 1. */
  readonly left: number
  readonly width: number
  readonly span: Span
}

export interface Scale {
  /** ms since the epoch. */
  readonly from: number
  readonly to: number
}

/** From the first to the last sign of life. */
export function scaleOf(log: SessionLog, now: number): Scale {
  const from = log.createdAt ?? now
  const to = log.endedAt ?? Math.max(now, log.lastAt ?? now)
  return { from, to: Math.max(to, from + 1) }
}

export function barsOf({ spans }: StepLog, { from, to }: Scale): readonly Bar[] {
  const whole = to - from
  return spans.map((span) => {
    const end = span.to ?? to
    return { left: (span.from - from) / whole, width: Math.max(0, end - span.from) / whole, span }
  })
}

/** Round times along the scale: their distance from its beginning in ms. */
export function ticksOf({ from, to }: Scale, wanted = 6): readonly number[] {
  const rough = (to - from) / wanted
  const step = steps.find((one) => one >= rough) ?? Math.ceil(rough / DAY_MS) * DAY_MS
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => index * step)
}

const DAY_MS = 86_400_000

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000].concat(
  [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map((s) => s * 1000),
)
