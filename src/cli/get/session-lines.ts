import type { components } from '../../client/index.ts'
import { plainFields } from '../output/fields.ts'
import { plainLines } from '../output/table.ts'
import { msBetween } from '../output/times.ts'
import { outputText } from './session-text.ts'

type Session = components['schemas']['Session']

/** No output is longer on its line: whoever needs more takes the JSON. */
const LONGEST_OUTPUT = 4000

/**
 * A session for `awk`: a line for each field, its name first; then one for each step, which begin with
 * `step`: id, kind, status, try, ms, code of the error, interaction, output.
 */
export function sessionLines(session: Session): string {
  const { workflow, error } = session
  const lines = [
    ...plainFields([
      ['session', session.sessionId],
      ['status', session.status],
      ['name', session.name],
      ['workflow', workflow && `${workflow.name}@${workflow.version}`],
      ['created', session.createdAt],
      ['started', session.startedAt],
      ['ended', session.endedAt],
      ['wakes', session.wakeAt],
      ['percent', session.percent],
      ...Object.entries(session.labels ?? {}).map(
        ([key, value]) => ['label', `${key}=${value}`] as const,
      ),
      ['error', error && `${error.code}\t${error.message}`],
    ]),
    ...plainLines(session.steps, [
      { title: 'RECORD', text: () => 'step' },
      { title: 'STEP', text: ({ id }) => id },
      { title: 'KIND', text: ({ uses }) => uses },
      { title: 'STATUS', text: ({ status }) => status },
      { title: 'TRY', text: ({ attempt }) => attempt },
      { title: 'TOOK', text: ({ startedAt, endedAt }) => msBetween(startedAt, endedAt) },
      { title: 'ERROR', text: (step) => step.error?.code },
      { title: 'ASKS', text: ({ interaction }) => interaction },
      {
        title: 'OUTPUT',
        text: ({ output }) =>
          output === undefined || output === null ? undefined : outputText(output, LONGEST_OUTPUT),
      },
    ]),
  ]
  return `${lines.join('\n')}\n`
}
