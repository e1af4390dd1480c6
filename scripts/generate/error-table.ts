import { type ErrorCode, type ErrorRow, errors } from '../../src/errors.ts'
import { type Document, generatedNote, table } from './document.ts'

const head = `${generatedNote}

# Errors

Every error has a stable \`code\`; branch on it, never on the words of a message. \`category\` says whose it
is, \`severity\` how bad it is, and \`retryable\` whether the same thing may succeed when it is tried again.
`

const requestHead = `
## Refused requests

A refused request answers with this status and \`application/problem+json\` (RFC 9457), which carries the
columns below beside the \`detail\` of this case. A fault in a workflow comes with a JSON pointer (RFC 6901)
to its place in the body that was sent, one for each fault found.
`

const stepHead = `
## Failures of steps and sessions

What went wrong while a step ran is the \`error\` of the event that tells it (\`step.failed\`,
\`step.retrying\`, \`session.failed\`); the request that started the session was fine. \`retryable\` is the
usual case: a step's own error says what holds for it.
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
    ['code', 'status', 'category', 'severity', 'retryable', 'what to do'],
    rows.map(([code, row]) => [`\`${code}\``, String(row.status), ...commonCells(row)]),
  )
}

function renderStepErrors(rows: readonly [ErrorCode, ErrorRow][]): string {
  return table(
    ['code', 'category', 'severity', 'retryable', 'what to do'],
    rows.map(([code, row]) => [`\`${code}\``, ...commonCells(row)]),
  )
}

function commonCells(row: ErrorRow): string[] {
  return [row.category, row.severity, row.retryable ? 'yes' : 'no', row.suggestedAction]
}
