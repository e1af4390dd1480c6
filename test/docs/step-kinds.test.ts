import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'
import { anchorsOf, readPage } from './pages.ts'

/** The JSON Schema of a kind's input: an object, or one of several. */
interface Input {
  readonly properties?: Record<string, unknown>
  readonly oneOf?: readonly Input[]
}

function fieldsOf({ properties = {}, oneOf = [] }: Input): readonly string[] {
  return [...new Set([...Object.keys(properties), ...oneOf.flatMap(fieldsOf)])]
}

describe('docs/step-kinds.md', () => {
  let page: string

  beforeAll(async () => {
    page = await readPage('docs/step-kinds.md')
  })

  test('has a section for every kind, and names every field of it', async () => {
    await using service = await startService()
    const { executors } = (await (await service.get('/v1/executors')).json()) as {
      executors: { name: string; input: Input }[]
    }
    expect(executors.length).toBeGreaterThan(3)
    for (const { name, input } of executors) {
      expect(anchorsOf(page)).toContain(name)
      const section = page.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? ''
      const unnamed = fieldsOf(input).filter((field) => !section.includes(`\`${field}\``))
      expect(unnamed, name).toEqual([])
    }
  })

  test('shows a step module that loads and runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stepstream-executors-'))
    try {
      const [, source = ''] =
        /^```js\n\/\/ executors\/review\.mjs\n([\s\S]*?)^```$/m.exec(
          await readPage('docs/interactions.md'),
        ) ?? []
      await writeFile(join(folder, 'review.mjs'), source)
      await using service = await startService({ EXECUTORS_DIR: folder })
      const id = await start(service, {
        vars: { language: { default: 'en' }, reviewed: { type: 'boolean', default: false } },
        steps: [
          { id: 'write', uses: 'client', with: { command: 'write' } },
          { id: 'look', uses: 'review', with: { minScore: 3 }, retry: { delay: '1ms' } },
        ],
      })
      const commands: unknown[] = []
      const results = [
        { text: 'a draft' },
        { score: 2, remarks: ['too short'] },
        { score: 4, remarks: [] },
      ]
      for (const output of results) {
        const asked = await json<{ interactionId: string; command: unknown }>(
          service.post(`/v1/sessions/${id}/next`, { wait: 20 }),
        )
        commands.push(asked.command)
        const path = `/v1/interactions/${asked.interactionId}/result`
        await service.post(path, { status: 'ok', output })
      }
      const review = { run: ['review', '--lang', 'en'], stdin: 'a draft' }
      expect(commands).toEqual([
        'write',
        { ...review, mind: [] },
        { ...review, mind: ['too short'] },
      ])
      await ended(service, id)
      expect(await json(service.get(`/v1/sessions/${id}`))).toMatchObject({
        status: 'completed',
        variables: { reviewed: true },
        steps: [{ id: 'write' }, { id: 'look', output: { score: 4 } }],
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
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
