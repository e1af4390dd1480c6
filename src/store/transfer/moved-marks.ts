import type { Plan } from '../../session/plan.ts'
import { labelsOf } from '../labels.ts'
import type { SessionRow } from '../write.ts'
import { TransferError } from './transfer-error.ts'
import type { MovedSession } from './types.ts'

/** The labels and the priority of a session that moves: its plan has them. @throws TransferError when it cannot be read */
export function movedMarks({
  id,
  plan,
  correlation,
}: MovedSession): Pick<SessionRow, 'labels' | 'priority'> {
  try {
    const parsed = JSON.parse(plan) as Plan
    return { labels: labelsOf(parsed, JSON.parse(correlation)), priority: parsed.priority ?? 0 }
  } catch (error) {
    throw new TransferError(
      `The plan or the correlation of ${id} cannot be read: ${(error as Error).message}`,
    )
  }
}
