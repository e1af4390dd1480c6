import { oneLine } from './line-text.ts'
import type { Plan } from './plan.ts'

/** How long the words of a step may be in a title, in characters. */
const LONGEST = 120

/** What people see of a session in a list: its name, that of its workflow, or what its steps begin with. */
export function titleOf({
  name,
  workflow,
  steps,
}: Pick<Plan, 'name' | 'workflow' | 'steps'>): string {
  const given = oneLine(name ?? workflow?.name ?? '')
  const [first] = steps
  if (given !== '' || first === undefined) return given
  const words = oneLine(first.name ?? first.text ?? '', LONGEST) || first.id
  return steps.length === 1 ? words : `${words}, and ${steps.length - 1} more`
}
