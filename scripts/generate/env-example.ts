import type { Document } from './document.ts'
import { listSettings, type Setting } from './setting.ts'

const head = `# Every setting with its default. Made by \`npm run generate\`; edit src/config.ts instead.
# Secrets for steps are SECRET_<NAME>, such as SECRET_API_TOKEN.
`

export const envExample: Document = {
  path: '.env.example',
  render: async () => [head, ...listSettings().map(renderSetting)].join('\n'),
}

function renderSetting({ name, byDefault, allowed, description }: Setting): string {
  const limits = allowed === 'text' ? '' : ` Allowed: ${allowed.replaceAll('`', '')}.`
  return `# ${description}${limits}\n${name}=${byDefault}\n`
}
