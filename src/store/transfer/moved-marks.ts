import type { Plan } from '../../session/plan.ts'
import { titleOf } from '../../session/title.ts'
import { labelsOf } from '../labels.ts'
import type { SessionRow } from '../write.ts'
import { TransferError } from './transfer-error.ts'
import type { MovedSession } from './types.ts'

/** The title, the labels and the priority of a session that moves: its plan has them. @throws TransferError when it cannot be read */
export function movedMarks({
  id,
  plan,
  correlation,
}: MovedSession): Pick<SessionRow, 'title' | 'labels' | 'priority'> {
  try {
    const parsed = JSON.parse(plan) as Plan
    const labels = labelsOf(parsed, JSON.parse(correlation))
    return { title: titleOf(parsed), labels, priority: parsed.priority ?? 0 }
  } catch (error) {
    throw new TransferError(
      `The plan or the correlation of ${id} cannot be read: ${(error as Error).message}`,
    )
  }
}
