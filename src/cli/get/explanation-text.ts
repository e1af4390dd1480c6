import type { components } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import type { Output } from '../output/output.ts'
import { styleOfStatus } from '../output/status-style.ts'
import { plainLines, tableLines } from '../output/table.ts'
import type { Whereabouts } from '../service/answering.ts'
import { waitsForLines } from './waits-for.ts'

type Explanation = components['schemas']['Explanation']

/** Why each step is where it is, in sentences. */
export function explanationText(
  explanation: Explanation,
  where: Whereabouts,
  output: Output,
): string {
  const { session, steps } = explanation
  const columns = [
    { title: 'STEP', text: ({ id }: Explanation['steps'][number]) => id },
    {
      title: 'STATUS',
      text: ({ status }: Explanation['steps'][number]) => status,
      style: ({ status }: Explanation['steps'][number]) => styleOfStatus(status),
    },
    { title: 'WHY', text: ({ sentence }: Explanation['steps'][number]) => sentence },
  ]
  const lines =
    output.form === 'lines'
      ? [`session\t${session.status}\t${oneLine(session.sentence)}`, ...plainLines(steps, columns)]
      : [...tableLines(steps, columns, output), '', ...waitsForLines(explanation, where, output)]
  return `${lines.join('\n')}\n`
}
