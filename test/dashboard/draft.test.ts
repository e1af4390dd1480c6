import { describe, expect, test } from 'vitest'
import { curlOf, marksOf, readDraft } from '../../src/dashboard/pages/new/draft.ts'
import { examples } from '../../src/dashboard/pages/new/examples.ts'
import { startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'

test('every example is a workflow without a fault', async () => {
  await using service = await startService()
  for (const { name, text, format } of examples) {
    const draft = readDraft(text, format)!
    const headers = { 'content-type': draft.type }
    const answer = await service.post('/v1/plans', draft.content, headers)
    expect([name, answer.status, draft.faults]).toEqual([name, 200, []])
  }
})

describe('a fault is marked where it stands', () => {
  const faultsOf = async (text: string, format: 'sentences' | 'yaml' | 'json') => {
    await using service = await startService()
    const draft = readDraft(text, format)!
    const headers = { 'content-type': draft.type }
    const { faults } = await json<{ faults: { pointer: string; message: string }[] }>(
      service.post('/v1/plans', draft.content, headers),
    )
    return marksOf(text, format, faults, 'error').map(({ from, to }) => text.slice(from, to))
  }

  test('in a list of sentences: the line', async () => {
    expect(await faultsOf('Wait 1 second\n\nJuggle three balls\n', 'sentences')).toEqual([
      'Juggle three balls',
    ])
  })

  test('in YAML and in JSON: the value, or what is nearest to it', async () => {
    const yaml = 'steps:\n  - id: a\n    uses: wait\n    with: { for: soon }\n'
    expect(await faultsOf(yaml, 'yaml')).toEqual(['soon'])
    const text = '{\n  "steps": [\n    { "uses": "nothing", "with": {} }\n  ]\n}'
    expect(await faultsOf(text, 'json')).toEqual(['"nothing"'])
  })

  test('where it cannot be read at all: where the reader stumbled', () => {
    const { faults } = readDraft('steps:\n  - "Wait', 'yaml')!
    expect(faults).toMatchObject([{ severity: 'error', from: expect.any(Number) }])
  })
})

test('the line for a shell holds what a shell would change', () => {
  const line = curlOf('http://here', readDraft("Say 'hello'", 'sentences')!, true)
  expect(line).toContain(`--data-binary '["Say '\\''hello'\\''"]'`)
  expect(line).toContain('-H "Authorization: Bearer $KEY"')
})
