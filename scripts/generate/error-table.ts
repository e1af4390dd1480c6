import { type ErrorCode, type ErrorRow, errors } from '../../src/errors.ts'
import { type Document, generatedNote, table } from './document.ts'

const head = `${generatedNote}

# Errors

Every error has a stable \`code\`; branch on it, never on the words of a message. \`category\` says whose it
is, \`severity\` how bad it is, \`retryable\` whether the same thing may succeed when it is tried again, and
\`recoverable\` whether the session can go on, or be retried, once the cause is gone. \`suggestedAction\` is what to
do, and \`id\` names this one occurrence.
`

const requestHead = `
## Refused requests

A refused request answers with this status and \`application/problem+json\` (RFC 9457), which carries the
columns below beside the \`detail\` of this case. A fault in a workflow comes with a JSON pointer (RFC 6901)
to its place in the body that was sent, one for each fault found. Its \`id\` is also in the service’s log
(\`errorId\`), where the causes are: what went wrong inside is not told.
`

const stepHead = `
## Failures of steps and sessions

What went wrong while a step ran is the \`error\` of the event that tells it (\`step.failed\`,
\`step.retrying\`, \`session.failed\`); the request that started the session was fine. \`retryable\` is the
usual case: a step's own error says what holds for it. Its \`id\` is made of the session, the step and the attempt,
so it is the same wherever the error is shown; \`details\` is what the kind of step knows besides, and \`causes\` are
the messages and codes of what led to it, the nearest first and five at most. Values of secrets that the step has
read are replaced by their names in all of it.
`

/** The categories of what happens while steps run; every other one refuses a request. */
const stepCategories: ReadonlySet<ErrorRow['category']> = new Set(['execution', 'integration'])

export const errorTable: Document = {
  path: 'docs/errors.md',
  render: async () => {
    const rows = Object.entries(errors) as [ErrorCode, ErrorRow][]
    const isOfStep = ([, row]: [ErrorCode, ErrorRow]) => stepCategories.has(row.category)
    return [
      head,
      requestHead,
      renderRequestErrors(rows.filter((row) => !isOfStep(row))),
      stepHead,
      renderStepErrors(rows.filter(isOfStep)),
    ]
      .map((part) => part.trim())
      .join('\n\n')
      .concat('\n')
  },
}

function renderRequestErrors(rows: readonly [ErrorCode, ErrorRow][]): string {
  return table(
    ['code', 'status', 'category', 'severity', 'retryable', 'recoverable', 'what to do'],
    rows.map(([code, row]) => [`\`${code}\``, String(row.status), ...commonCells(row)]),
  )
}

function renderStepErrors(rows: readonly [ErrorCode, ErrorRow][]): string {
  return table(
    ['code', 'category', 'severity', 'retryable', 'recoverable', 'what to do'],
    rows.map(([code, row]) => [`\`${code}\``, ...commonCells(row)]),
  )
}

function commonCells(row: ErrorRow): string[] {
  const { category, severity, retryable, recoverable, suggestedAction } = row
  return [category, severity, yesOrNo(retryable), yesOrNo(recoverable), suggestedAction]
}

function yesOrNo(answer: boolean): string {
  return answer ? 'yes' : 'no'
}
