import type { Plan } from '../session/plan.ts'
import type { Label } from './types.ts'

/** A plan's labels as rows. */
export function labelsOf({ labels = {} }: Pick<Plan, 'labels'>): Label[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value }))
}
