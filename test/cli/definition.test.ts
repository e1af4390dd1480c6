import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { placesIn } from '../../src/cli/definition/place-of.ts'
import { type Definition, readDefinition } from '../../src/cli/definition/read-definition.ts'
import { type Beside, bodyOf } from '../../src/cli/definition/start-body.ts'
import { folderOf } from './support/program.ts'

const nothing: Beside = { given: new Map(), inputs: {}, labels: {} }

describe('what a file is', () => {
  test.each([
    ['a.yaml', 'Wait 1 second', 'yaml'],
    ['a.txt', '- Wait 1 second', 'sentences'],
    ['a.json', '[]', 'json'],
    ['steps', '# mine\n- Wait 1 second\n- Wait 2 seconds', 'yaml'],
    ['steps', 'name: x\nsteps:\n  - Wait 1 second', 'yaml'],
    ['steps', '["Wait 1 second"]', 'json'],
    ['steps', '[Wait 1 second]', 'yaml'],
    ['steps', 'Wait for approval: Deploy?', 'sentences'],
    ['steps', '# mine\nWait 1 second\nGET https://example.com/a: b', 'sentences'],
  ])('%s with %j is %s', async (name, content, format) => {
    const folder = await folderOf({ [name]: content })
    expect(await readDefinition(join(folder, name))).toMatchObject({ format, text: content })
  })
})

describe('the body of a start', () => {
  const yaml: Definition = { name: 'w.yaml', format: 'yaml', text: 'steps: [Wait 1 second]' }

  test('is what was written, where nothing is said beside it', () => {
    expect(bodyOf(yaml, nothing)).toEqual({
      content: yaml.text,
      type: 'application/yaml',
      prefix: '',
    })
    const text = 'Wait 1 second\r\n# a note\r\n\r\n  Wait 2 seconds\r\n'
    expect(bodyOf({ name: '-', format: 'sentences', text }, nothing).content).toBe(
      '["Wait 1 second","Wait 2 seconds"]',
    )
  })

  test('has beside it what the command line says, over what a file says', () => {
    const beside = { given: new Map([['n', '2']]), inputs: { n: 1, m: [1] }, labels: { env: 'ci' } }
    const { content, prefix } = bodyOf(yaml, beside)
    expect(prefix).toBe('/workflow')
    expect(JSON.parse(content)).toEqual({
      workflow: { steps: ['Wait 1 second'] },
      inputs: { n: 2, m: [1] },
      labels: { env: 'ci' },
    })
    const whole = { workflow: ['Wait 1 second'], inputs: { n: 0, k: 1 }, labels: { a: 'b' } }
    const ofWhole = bodyOf({ name: 'w.json', format: 'json', text: JSON.stringify(whole) }, beside)
    expect(ofWhole.prefix).toBe('')
    expect(JSON.parse(ofWhole.content)).toEqual({
      workflow: ['Wait 1 second'],
      inputs: { n: 2, m: [1], k: 1 },
      labels: { a: 'b', env: 'ci' },
    })
  })

  test.each([
    [{ type: 'string' }, '1.10', '1.10'],
    [{ type: 'number' }, '1.10', 1.1],
    [{}, '{"a":[1]}', { a: [1] }],
    [{}, 'plain text', 'plain text'],
  ])('reads a value of an input declared as %j from %j', (schema, text, value) => {
    const workflow = { inputs: { x: schema }, steps: [] }
    const definition: Definition = { name: 'w', format: 'json', text: JSON.stringify(workflow) }
    const { content } = bodyOf(definition, { ...nothing, given: new Map([['x', text]]) })
    expect(JSON.parse(content).inputs).toEqual({ x: value })
  })
})

describe('the place of a fault', () => {
  const yaml = 'name: x\n\nsteps:\n  - id: a\n    with:\n      url: no\n  - "b ~ c"\n'

  test.each([
    ['/steps/0/with/url', 6, 12],
    ['/steps/0/with/missing', 6, 7],
    ['/steps/1', 7, 5],
    ['/nowhere/at/all', 1, 1],
    ['', 1, 1],
  ])('%j is at %i:%i', (pointer, line, column) => {
    expect(placesIn({ name: 'w.yaml', format: 'yaml', text: yaml })(pointer)).toEqual({
      line,
      column,
    })
  })

  test('is found in JSON, in sentences, and behind escaped names', () => {
    const text = '{\n  "a/b": {\n    "c~d": 1 } }'
    expect(placesIn({ name: 'w', format: 'json', text })('/a~1b/c~0d')).toEqual({
      line: 3,
      column: 12,
    })
    const sentences = '# one\n\n  Wait 1 second\nDance\n'
    expect(placesIn({ name: 'w', format: 'sentences', text: sentences })('/1')).toEqual({
      line: 4,
      column: 1,
    })
    expect(placesIn({ name: 'w', format: 'sentences', text: sentences })('/0')).toEqual({
      line: 3,
      column: 3,
    })
  })
})
