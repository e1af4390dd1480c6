import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
// @ts-expect-error An example is plain JavaScript, for people to read and run.
import { readDesign } from '../../examples/context-design/executors/lib/design.mjs'
import type { SessionView } from '../../src/http/views.ts'
import type { InteractionHistory } from '../../src/session/interaction-history.ts'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { startProcess } from '../support/server-process.ts'
import { type Service, startService } from '../support/service.ts'
import { lastOf } from '../support/sessions.ts'
import { examples } from './run-example.ts'

const example = join(examples, 'context-design')
const settings = { EXECUTORS_DIR: join(example, 'executors') }

/** Wherever the service is. */
type Place = Pick<Service, 'url'>

/** What a client has made of its run. */
interface Ran {
  readonly code: number | null
  readonly lines: readonly string[]
}

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'context-design-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function saveWorkflow({ url }: Place): Promise<void> {
  const saved = await fetch(`${url}/v1/workflows/context-design`, {
    method: 'PUT',
    headers: { 'content-type': 'application/yaml' },
    body: await readFile(join(example, 'workflow.yaml'), 'utf8'),
  })
  expect(saved.status).toBe(201)
}

function argsOf({ url }: Place, folder: string, more: readonly string[]): string[] {
  return [join(example, 'client.mjs'), '--url', url, '--folder', folder, ...more]
}

/** Runs the client of the example until it ends. */
function runClient(place: Place, folder: string, ...more: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      argsOf(place, folder, more),
      (error, stdout, stderr) => {
        if (stderr !== '') return reject(new Error(stderr, { cause: error }))
        resolve({ code: child.exitCode, lines: stdout.trimEnd().split('\n') })
      },
    )
  })
}

function spawnClient(place: Place, folder: string): ChildProcess {
  const child = spawn(process.execPath, argsOf(place, folder, []), { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function sessionOf(folder: string): Promise<string> {
  const kept = JSON.parse(await readFile(join(folder, 'session.json'), 'utf8'))
  return kept.sessionId as string
}

async function read<T>({ url }: Place, path: string): Promise<T> {
  return (await (await fetch(url + path)).json()) as T
}

const viewOf = (place: Place, id: string) => read<SessionView>(place, `/v1/sessions/${id}`)

async function statusesOf(place: Place, id: string): Promise<Record<string, string>> {
  const { steps } = await viewOf(place, id)
  return Object.fromEntries(steps.map((step) => [step.id, step.status]))
}

async function interactionsOf(place: Place, id: string): Promise<readonly InteractionHistory[]> {
  const path = `/v1/sessions/${id}/interactions`
  return (await read<{ interactions: InteractionHistory[] }>(place, path)).interactions
}

/** A program that writes this instead of a design. */
async function generatorOf(folder: string, program: string): Promise<readonly string[]> {
  const file = join(folder, 'own-generator.mjs')
  await writeFile(file, program)
  return ['--generator', `${process.execPath} ${file}`]
}

const walked = [
  ['initialize', 1, 'mkdir'],
  ['generate', 1, process.execPath],
  ['validate', 1, 'cat'],
  ['validate', 2, process.execPath],
  ['finalize', 1, 'tee'],
]

async function walkOf(place: Place, id: string) {
  return (await interactionsOf(place, id)).map(({ stepId, attempt, command }) => {
    const { run } = command as { run: string[] }
    return [stepId, attempt, run[0]]
  })
}

test('goes its four steps; a design that does not fit is refused, and written anew', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  const { code, lines } = await runClient(service, folder)
  expect([code, lines.at(-1)]).toEqual([0, 'completed'])
  const id = await sessionOf(folder)
  expect(await viewOf(service, id)).toMatchObject({
    status: 'completed',
    steps: [{ id: 'initialize' }, { id: 'generate' }, { id: 'validate' }, { id: 'finalize' }],
    variables: { file: 'design/orders.md', prompt: expect.stringContaining('context Orders') },
  })
  expect(await walkOf(service, id)).toEqual(walked)
  const events = await follow(service.url, id)
  expect(lastOf(events, 'step.retrying')).toMatchObject({
    kind: 'failed',
    error: {
      code: 'RESULT_REFUSED',
      message: 'the design does not fit: there is no section "Dependencies"',
    },
  })
  expect((await readdir(join(folder, 'design'))).toSorted()).toEqual(['orders.json', 'orders.md'])
  const kept = JSON.parse(await readFile(join(folder, 'design/orders.json'), 'utf8'))
  const headings = ['Purpose', 'Entities', 'Functions', 'Dependencies']
  expect(kept.sections.map(({ heading }: { heading: string }) => heading)).toEqual(headings)
  expect(lastOf(events, 'step.completed')).toMatchObject({
    output: {
      title: 'Orders',
      files: ['design/orders.md', 'design/orders.json'],
      sections: headings,
    },
  })
  expect((await runClient(service, folder)).lines).toEqual(['completed'])
})

test('makes the prompt of the project, its stories, dependencies and rules, as far as they matter', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  await runClient(service, folder)
  const asked = await interactionsOf(service, await sessionOf(folder))
  const [prompt = '', revision = ''] = asked
    .map(({ command }) => command as { stdin?: string; save?: string })
    .flatMap(({ stdin = '', save }) => (save === undefined ? [] : [stdin]))
  expect(prompt).toContain('Corner is a shop')
  expect(prompt).toContain('- change an order until six')
  expect(prompt).not.toContain('see what there is tomorrow')
  expect(prompt).toContain('- Payments: takes money')
  expect(prompt).toContain('- A context never reads the tables of another one.')
  expect(prompt).not.toContain('No abbreviations')
  expect(prompt).toContain('- ## Dependencies')
  expect(revision.startsWith(prompt)).toBe(true)
  expect(revision).toContain('there is no section "Dependencies"')
})

test('ends where the generator never gets it right', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  const stubborn = await generatorOf(folder, 'console.log("# Orders")')
  expect(await runClient(service, folder, ...stubborn)).toMatchObject({ code: 1 })
  const id = await sessionOf(folder)
  expect(await statusesOf(service, id)).toEqual({
    initialize: 'completed',
    generate: 'completed',
    validate: 'failed',
    finalize: 'skipped',
  })
  const tries = (await walkOf(service, id)).filter(([stepId]) => stepId === 'validate')
  expect(tries.map(([, attempt]) => attempt)).toEqual([1, 2, 3])
  expect(lastOf(await follow(service.url, id), 'session.failed')).toMatchObject({
    error: { code: 'RESULT_REFUSED' },
  })
})

test('tells what a generator says that breaks off', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  const broken = await generatorOf(folder, 'console.error("no model"); process.exit(3)')
  // Tries that follow wait for a second or more, so this one is a person’s to end.
  expect(await runClient(service, folder, '--mode', 'manual', ...broken)).toMatchObject({ code: 0 })
  expect(await runClient(service, folder, '--mode', 'manual', ...broken)).toMatchObject({ code: 0 })
  const id = await sessionOf(folder)
  const { error, output } = (await interactionsOf(service, id)).at(-1)?.answer ?? {}
  expect([error?.message, output]).toEqual([
    expect.stringContaining('no model'),
    { stdout: '', stderr: 'no model\n' },
  ])
})

test('manual: each command is asked for by a person', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  const manual = () => runClient(service, folder, '--mode', 'manual')
  for (const [stepId, attempt] of walked) {
    const { code, lines } = await manual()
    expect([code, lines.at(-1)]).toEqual([0, `${stepId}: told ok`])
    expect(lines.some((line) => line.startsWith(`${stepId}, try ${attempt}: `))).toBe(true)
  }
  expect(await manual()).toEqual({ code: 0, lines: ['completed'] })
})

test('agentic: the client tells how far its programs are', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  expect(await runClient(service, folder, '--mode', 'agentic')).toMatchObject({ code: 0 })
  const events = await follow(service.url, await sessionOf(folder))
  const written = events.flatMap((event) =>
    event.type === 'step.output' && event.stepId === 'generate' ? [event.data.text] : [],
  )
  expect(written.join('')).toBe('0% Purpose\n33% Entities\n67% Functions\n')
  const progress = events.filter(({ type }) => type === 'step.progress')
  expect(new Set(progress.map((event) => (event as { stepId?: string }).stepId))).toEqual(
    new Set(['generate', 'validate']),
  )
  expect(lastOf(events, 'step.progress').percent).toBeTypeOf('number')
})

test('a client that is killed between two steps goes on when it is started again', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  await runClient(service, folder, '--mode', 'manual')
  const id = await sessionOf(folder)
  const held = await service.post(`/v1/sessions/${id}/steps/finalize/pause`)
  expect(held.status).toBeLessThan(300)
  const client = spawnClient(service, folder)
  await expect
    .poll(async () => (await statusesOf(service, id))['validate'], { timeout: 30_000 })
    .toBe('completed')
  client.kill('SIGKILL')
  await once(client, 'exit')
  expect(client.signalCode).toBe('SIGKILL')
  await service.post(`/v1/sessions/${id}/steps/finalize/resume`)
  const { code, lines } = await runClient(service, folder)
  expect([code, lines.at(-1)]).toEqual([0, 'completed'])
  expect(await walkOf(service, id)).toEqual(walked)
})

test('a client that is killed before it has kept its session starts no other one', async () => {
  await using service = await startService(settings)
  await saveWorkflow(service)
  const folder = await openFolder()
  await runClient(service, folder, '--mode', 'manual')
  const { key, sessionId } = JSON.parse(await readFile(join(folder, 'session.json'), 'utf8'))
  await writeFile(join(folder, 'session.json'), JSON.stringify({ key }))
  expect(await runClient(service, folder)).toMatchObject({ code: 0 })
  expect(await sessionOf(folder)).toBe(sessionId)
  expect(await walkOf(service, sessionId)).toEqual(walked)
})

test('a service that is killed between two steps goes on when it is started again', async () => {
  const ofProcess = { ...settings, DATA_DIR: dataDir() }
  const folder = await openFolder()
  const start = async () => {
    const service = await startProcess(ofProcess)
    onTestFinished(async () => void (await service.stop()))
    return service
  }
  const first = await start()
  await saveWorkflow(first)
  for (const [stepId] of walked.slice(0, 3)) {
    const { lines } = await runClient(first, folder, '--mode', 'manual')
    expect(lines.at(-1)).toBe(`${stepId}: told ok`)
  }
  await first.stop('SIGKILL')
  const again = await start()
  const { code, lines } = await runClient(again, folder)
  expect([code, lines.at(-1)]).toEqual([0, 'completed'])
  expect(await walkOf(again, await sessionOf(folder))).toEqual(walked)
})

test.each([
  ['# A\n\n## Purpose\n\nIt is.\n\n## Parts\n\n- `X`: one\n- **Y**: two: three', []],
  ['## Purpose\n\nIt is.\n\n## Parts\n\n- X', ['it has no title']],
  ['# A\n\n## Purpose\n\n## Parts\n\n- X', ['"Purpose" says nothing']],
  ['# A\n\n## Purpose\n\nIt is.\n\n## Parts\n\nX, Y', ['"Parts" has no list']],
  ['# A\n\n```\n## Purpose\n```\n\n## Parts\n\n- X', ['there is no section "Purpose"']],
  [
    '# A\n\n## Purpose\n\nIt is.\n\n## Parts\n\n- X\n\n## Parts\n\n- Y',
    ['there are 2 sections "Parts"'],
  ],
  [
    '# A\n\n## Purpose\n\nIt is.\n\n## Parts\n\n- X\n\n## Dependencies\n\n- Catalog\n- Moon: far',
    ['"Dependencies" names Moon, which the project does not have'],
  ],
])('reads a design and finds what does not fit: %j', (markdown, problems) => {
  const declared = [{ heading: 'Purpose' }, { heading: 'Parts', list: true }]
  const read = readDesign(markdown, declared, [{ name: 'Catalog' }])
  expect(read.problems).toEqual(problems)
  if (problems.length > 0) return
  expect(read.design).toEqual({
    title: 'A',
    sections: [
      { heading: 'Purpose', text: 'It is.', items: [] },
      {
        heading: 'Parts',
        text: '',
        items: [
          { name: 'X', description: 'one' },
          { name: 'Y', description: 'two: three' },
        ],
      },
    ],
  })
})
