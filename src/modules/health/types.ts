import type { FastifyBaseLogger } from 'fastify'

/** `degraded`: it works less well than it should; `failed`: no new work can be taken. */
export type HealthStatus = 'ok' | 'degraded' | 'failed'

/** What a module says of itself: how it is, and figures that tell why. */
export interface Condition {
  readonly status: HealthStatus
  readonly detail?: string
  readonly [figure: string]: string | number | boolean
}

export interface ModuleHealth extends Condition {
  /** Since the start: what it logged as an error, and checks that failed. */
  readonly errors: number
  /** When it was asked last, ISO 8601. */
  readonly checkedAt: string
}

/** How the parts of this process are. */
export interface Health {
  /** Whoever is asked after a module; must be cheap, since anybody with a key may ask. */
  add(module: string, check: () => Condition | Promise<Condition>): void
  /** A log for a module whose error lines are counted as its errors. */
  logOf(module: string): FastifyBaseLogger
  /** Asks every module; answers within seconds, whoever does not. */
  check(): Promise<Readonly<Record<string, ModuleHealth>>>
}
