import { labelsOf } from '../labels.ts'
import type { Label } from '../types.ts'
import { TransferError } from './transfer-error.ts'
import type { MovedSession } from './types.ts'

/** The labels of a session that moves: its plan has them. @throws TransferError when it cannot be read */
export function movedLabels({ id, plan, correlation }: MovedSession): Label[] {
  try {
    return labelsOf(JSON.parse(plan), JSON.parse(correlation))
  } catch (error) {
    throw new TransferError(
      `The plan or the correlation of ${id} cannot be read: ${(error as Error).message}`,
    )
  }
}
