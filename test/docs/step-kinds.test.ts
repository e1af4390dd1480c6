import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { startService } from '../support/service.ts'
import { anchorsOf, readPage } from './pages.ts'

describe('docs/step-kinds.md', () => {
  let page: string

  beforeAll(async () => {
    page = await readPage('docs/step-kinds.md')
  })

  test('has a section for every kind, and names every field of it', async () => {
    await using service = await startService()
    const { executors } = (await (await service.get('/v1/executors')).json()) as {
      executors: { name: string; input: { properties: Record<string, unknown> } }[]
    }
    expect(executors.length).toBeGreaterThan(3)
    for (const { name, input } of executors) {
      expect(anchorsOf(page)).toContain(name)
      const section = page.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? ''
      const unnamed = Object.keys(input.properties).filter(
        (field) => !section.includes(`\`${field}\``),
      )
      expect(unnamed, name).toEqual([])
    }
  })

  test('shows an executor that loads and runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stepstream-executors-'))
    try {
      const [, source = ''] =
        /^```js\n\/\/ executors\/shout\.mjs\n([\s\S]*?)^```$/m.exec(page) ?? []
      await writeFile(join(folder, 'shout.mjs'), source)
      await using service = await startService({ EXECUTORS_DIR: folder })
      const steps = [{ id: 'say', uses: 'shout', with: { text: 'hello' } }]
      const answer = await service.post('/v1/sessions', { steps }, { prefer: 'wait=20' })
      expect(await answer.json()).toMatchObject({
        status: 'completed',
        steps: [{ id: 'say', output: { said: 'HELLO' } }],
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
