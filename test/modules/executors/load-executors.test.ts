import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { conditionExecutor } from '../../../src/modules/executors/condition.ts'
import { loadExecutors } from '../../../src/modules/executors/load-executors.ts'
import { createRegistry } from '../../../src/modules/executors/registry.ts'
import { waitExecutor } from '../../../src/modules/executors/wait.ts'
import { schemas } from '../../../src/plan/schemas.ts'
import { makeContext } from '../../support/executor-context.ts'
import { ManualClock } from '../../support/manual-clock.ts'

async function folder(files: Readonly<Record<string, string>>) {
  const path = await mkdtemp(join(tmpdir(), 'executors-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

const options = {
  interactions: { ask: () => Promise.reject(new Error('nothing is to be asked')) },
  schemas,
  clock: new ManualClock(),
}

const zod = JSON.stringify(import.meta.resolve('zod'))

const shout = `
  import { z } from ${zod}
  const input: z.ZodType<{ text: string }> = z.strictObject({ text: z.string() })
  export default {
    name: 'shout',
    description: 'Says it loudly.',
    input,
    async execute({ text }: { text: string }) {
      return { status: 'succeeded', output: { said: text.toUpperCase() } }
    },
  }
`

describe('the registry', () => {
  test('finds executors by name and lists them in order', () => {
    const registry = createRegistry([waitExecutor, conditionExecutor])
    expect(registry.get('wait')).toBe(waitExecutor)
    expect(registry.get('toString')).toBeUndefined()
    expect(registry.list().map(({ name }) => name)).toEqual(['wait', 'condition'])
  })

  test('refuses two of the same name', () => {
    expect(() => createRegistry([waitExecutor, waitExecutor])).toThrow('"wait"')
  })
})

describe('executors of a folder', () => {
  test('are loaded in the order of their file names, other files left alone', async () => {
    await using dir = await folder({
      'b.ts': shout,
      'a.mjs': `export default ({ z }) => ({
        name: 'whisper', description: 'Says it softly.', input: z.object({}),
        safeToRepeat: () => true, execute: async () => ({ status: 'succeeded' }),
      })`,
      'README.md': 'not one',
      'types.d.ts': 'export {}',
    })
    await mkdir(join(dir.path, 'nested.js'))
    const [whisper, loud] = await loadExecutors(dir.path, ['wait'], options)
    expect([whisper?.name, whisper?.safeToRepeat({})]).toEqual(['whisper', true])
    expect([loud?.name, loud?.safeToRepeat({})]).toEqual(['shout', false])
    const input = loud?.input.parse({ text: 'hi' })
    expect(await loud?.execute(input, makeContext())).toEqual({
      status: 'succeeded',
      output: { said: 'HI' },
    })
    expect(loud && z.toJSONSchema(loud.input, { io: 'input' })).toMatchObject({
      properties: { text: { type: 'string' } },
    })
  })

  test('may be objects with methods that use "this"', async () => {
    await using dir = await folder({
      'counter.mjs': `import { z } from ${zod}
        class Counter {
          #count = 0
          name = 'counter'
          description = 'Counts.'
          input = z.object({})
          async execute() { this.#count += 1; return { status: 'succeeded', output: this.#count } }
        }
        export default new Counter()`,
    })
    const [counter] = await loadExecutors(dir.path, [], options)
    await counter?.execute({}, makeContext())
    expect(await counter?.execute({}, makeContext())).toMatchObject({ output: 2 })
  })

  test('are none when no folder is set', async () => {
    expect(await loadExecutors('', [], options)).toEqual([])
  })

  test('stop the start when the folder cannot be read', async () => {
    await expect(loadExecutors('/no/such/folder', [], options)).rejects.toThrow(
      'EXECUTORS_DIR: /no/such/folder',
    )
  })

  test.each<[string, string, string]>([
    ['has a syntax error', 'export default {', 'broken.mjs: '],
    ['throws', 'throw new Error("no licence")', 'broken.mjs: no licence'],
    ['exports nothing', '', 'the default export must be an object'],
    ['has no name', `export default { description: '' }`, '"name"'],
    ['has a name nobody can write', `export default { name: 'a b' }`, '"name"'],
    ['has no description', `export default { name: 'a' }`, '"description"'],
    ['has no schema', `export default { name: 'a', description: '', input: {} }`, '"input"'],
    [
      'has a schema that cannot be shown',
      `import { z } from ${zod}
       export default { name: 'a', description: '', input: z.bigint(), execute() {} }`,
      '"input" has no JSON Schema',
    ],
    [
      'has no function',
      `import { z } from ${zod}
       export default { name: 'a', description: '', input: z.object({}) }`,
      '"execute"',
    ],
    [
      'has a wrong optional function',
      `export default ({ z }) =>
         ({ name: 'a', description: '', input: z.object({}), execute() {}, check: true })`,
      '"check"',
    ],
    ...[
      ['getCommand: 1', '"getCommand" must be a function'],
      ['getCommand() {}, handleResult: {}', '"handleResult" must be a function'],
      ['getCommand() {}, execute() {}', '"execute" does not go with "getCommand"'],
      ['getCommand() {}, safeToRepeat() {}', '"safeToRepeat" does not go with "getCommand"'],
      ['execute() {}, handleResult() {}', '"handleResult" goes with "getCommand"'],
      ['getCommand() {}, queue: "a b"', '"queue" must be 1 to 100 letters'],
      ['getCommand() {}, resultSchema: { type: 7 }', '"resultSchema": '],
      ['getCommand() {}, resultSchema: 7', '"resultSchema": '],
      ['getCommand() {}, check: 1', '"check" must be a function'],
    ].map(([members = '', fault = '']): [string, string, string] => [
      `is a step module with ${members}`,
      `export default ({ z }) => ({ name: 'a', description: '', input: z.object({}), ${members} })`,
      fault,
    ]),
    [
      'takes the name of a built-in one',
      `export default ({ z }) =>
         ({ name: 'wait', description: '', input: z.object({}), execute() {} })`,
      'the name "wait" belongs to a built-in executor',
    ],
  ])('stop the start with the file and the fault when one %s', async (_, content, fault) => {
    await using dir = await folder({ 'broken.mjs': content })
    const loading = loadExecutors(dir.path, ['wait'], options)
    await expect(loading).rejects.toThrow(fault)
    await expect(loading).rejects.toThrow(join(dir.path, 'broken.mjs'))
  })

  test('stop the start when two take the same name', async () => {
    await using dir = await folder({ 'a.ts': shout, 'b.ts': shout })
    await expect(loadExecutors(dir.path, [], options)).rejects.toThrow(
      'the name "shout" belongs to',
    )
  })
})
