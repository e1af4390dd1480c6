import { type Document, generatedNote, table } from './document.ts'
import { listSettings } from './setting.ts'

const head = `${generatedNote}

# Configuration

Every setting is an environment variable, and every one has a default:

    PORT=9000 LOG_FORMAT=plain npm start

A wrong value stops the start with a message that names the setting, the value and what is allowed. A
setting that is empty counts as not set. [.env.example](../.env.example) lists them all; copied to
\`.env\` and changed, the service reads it from the folder it is started in, and so does Docker Compose.
`

const tail = `## Timeouts

They nest, and a start with a hierarchy that does not hold is refused: \`SESSION_TIMEOUT\` is at least
\`STEP_TIMEOUT\`, and \`STEP_TIMEOUT\` is at least \`REQUEST_TIMEOUT\` and \`CONNECT_TIMEOUT\`. They are
defaults: a workflow may set its own.

## Secrets

An environment variable \`SECRET_<NAME>\` is a secret that steps refer to by name: \`SECRET_API_TOKEN\` is
\`secrets.API_TOKEN\` in an expression. Its value is not written to events or logs.
`

export const configuration: Document = {
  path: 'docs/configuration.md',
  render: async () => [head, renderTable(), '', tail].join('\n'),
}

function renderTable(): string {
  return table(
    ['setting', 'default', 'allowed', 'what it does'],
    listSettings().map(({ name, byDefault, allowed, description }) => [
      `\`${name}\``,
      byDefault === '' ? 'none' : `\`${byDefault}\``,
      allowed,
      description,
    ]),
  )
}
