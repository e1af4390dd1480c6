import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Artifacts } from '../modules/artifacts/types.ts'
import type { ExecutorStreamer } from '../modules/executor-streamer/types.ts'
import type { ExecutorRegistry } from '../modules/executors/types.ts'
import type { Metrics } from '../modules/metrics/types.ts'
import type { SessionCoordinator } from '../modules/session-coordinator/types.ts'
import type { StepProcessor } from '../modules/step-processor/types.ts'
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
  readonly processor: StepProcessor
  readonly coordinator: SessionCoordinator
  readonly streamer: ExecutorStreamer
  readonly executors: ExecutorRegistry
  readonly artifacts: Artifacts
  readonly metrics: Metrics
  /** Aborts when the service shuts down: whoever waits must answer now. */
  readonly closing: AbortSignal
}
