import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Artifacts } from '../modules/artifacts/types.ts'
import type { AuditLog } from '../modules/audit/types.ts'
import type { Batches } from '../modules/batches/types.ts'
import type { Deliveries } from '../modules/deliveries/types.ts'
import type { ExecutorStreamer } from '../modules/executor-streamer/types.ts'
import type { ExecutorRegistry } from '../modules/executors/types.ts'
import type { Health } from '../modules/health/types.ts'
import type { Hooks } from '../modules/hooks/types.ts'
import type { Interactions } from '../modules/interactions/types.ts'
import type { Keys } from '../modules/keys/types.ts'
import type { Metrics } from '../modules/metrics/types.ts'
import type { Reports } from '../modules/reports/types.ts'
import type { Schedules } from '../modules/schedules/types.ts'
import type { SessionCoordinator } from '../modules/session-coordinator/types.ts'
import type { Slots } from '../modules/slots/types.ts'
import type { CacheEntries } from '../modules/step-cache/types.ts'
import type { StepProcessor } from '../modules/step-processor/types.ts'
import type { Timings } from '../modules/timings/types.ts'
import type { Workers } from '../modules/workers/types.ts'
import type { Workflows } from '../modules/workflows/types.ts'
import type { Planner } from '../plan/types.ts'
import type { Store } from '../store/types.ts'

/** What the routes work with; the composition root fills it in. */
export interface HttpDeps {
  readonly config: Config
  readonly clock: Clock
  readonly store: Store
  readonly planner: Planner
  readonly workflows: Workflows
  readonly schedules: Schedules
  readonly hooks: Hooks
  readonly batches: Batches
  readonly keys: Keys
  readonly processor: StepProcessor
  readonly coordinator: SessionCoordinator
  readonly streamer: ExecutorStreamer
  readonly executors: ExecutorRegistry
  readonly artifacts: Artifacts
  readonly stepCache: CacheEntries
  readonly metrics: Metrics
  readonly timings: Timings
  readonly audit: AuditLog
  readonly health: Health
  readonly deliveries: Deliveries
  readonly slots: Slots
  readonly interactions: Interactions
  readonly workers: Workers
  readonly reports: Reports
  /** Aborts when the service shuts down: whoever waits must answer now. */
  readonly closing: AbortSignal
  /** The folder that the dashboard was built into; undefined: there is none. */
  readonly dashboard: string | undefined
}
