import { expect, test } from 'vitest'
import { startService } from '../support/service.ts'
import { readPage } from './pages.ts'

test('docs/workflows.md shows workflows that the service accepts without a warning', async () => {
  const page = await readPage('docs/workflows.md')
  const workflows = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, block = '']) => block)
    .filter((block) => /^steps:/m.test(block))
  expect(workflows.length).toBeGreaterThanOrEqual(5)
  await using service = await startService()
  for (const workflow of workflows) {
    const headers = { 'content-type': 'application/yaml' }
    const answer = await service.post('/v1/plans', workflow, headers)
    const { warnings, faults } = (await answer.json()) as { warnings?: unknown; faults?: unknown }
    expect({ warnings, faults }, workflow).toEqual({ warnings: [], faults: undefined })
  }
})
