import type { Store } from '../../store/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import { reportSessions } from './sessions-report.ts'
import { reportSteps } from './steps-report.ts'
import type { Reports } from './types.ts'

export interface ReportsOptions {
  readonly store: Pick<Store, 'listSessions' | 'extent' | 'readEvents'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

export function createReports({ store, coordinator }: ReportsOptions): Reports {
  return {
    sessions: (filter, per) => reportSessions(store, filter, per),
    steps: (filter) => reportSteps(store, coordinator, filter),
  }
}
