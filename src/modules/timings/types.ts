import type { Plan } from '../../session/plan.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** How long the steps of workflows took lately, for estimates: what is lost or left out does no harm. */
export interface Timings {
  /** Takes note of a session that has ended, if its workflow has a name and enough of its sessions were not noted just before. */
  learn(session: CurrentSession): void
  /** What each step of the plan's workflow usually takes, in ms, by its id; empty where nothing is known. */
  of(tenant: string, plan: Plan): Promise<ReadonlyMap<string, number>>
  /** Writes what has been learnt; resolves when it is on disk or refused. */
  close(): Promise<void>
}
