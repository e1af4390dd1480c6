import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { startProcess } from '../support/server-process.ts'
import { startService } from '../support/service.ts'
import { readPage } from './pages.ts'

const exec = promisify(execFile)
const cut = '-----8<-----'

describe('README.md', () => {
  let page: string

  beforeAll(async () => {
    page = await readPage('README.md')
  })

  test('has fewer than 150 lines', () => {
    expect(page.split('\n').length - 1).toBeLessThan(150)
  })

  test('shows a session as the service really runs it, cut and resumed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'stepstream-readme-'))
    const server = await startProcess({ DATA_DIR: dataDir })
    try {
      const commands = blocksOf(page, 'sh').map((text) =>
        text.replaceAll(/(localhost|127\.0\.0\.1):8080/g, new URL(server.url).host),
      )
      const [answer = '', followed = '', resumed = ''] = await runInOneShell(
        resumingWhereItWasCut(commands),
        dataDir,
      )
      const [shownAnswer = '', shownFollowed = '', shownResumed = ''] = blocksOf(page, 'text')

      expect(shapeOf(JSON.parse(answer))).toEqual(shapeOf(JSON.parse(shownAnswer)))
      expect(typesIn(followed)).toEqual(typesIn(shownFollowed))
      expect(typesIn(resumed)).toEqual(typesIn(shownResumed))
      expect(resumed).toContain('"resumed":true')
      const ids = [...idsIn(followed), ...idsIn(resumed)]
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
      expect(commands[2]).toContain(`Last-Event-ID: ${idsIn(shownFollowed).at(-1)}`)
    } finally {
      await server.stop('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    }
  })

  test('shows a workflow that the service accepts', async () => {
    await using service = await startService()
    const [workflow] = blocksOf(page, 'yaml')
    const answer = await service.post('/v1/plans', workflow, { 'content-type': 'application/yaml' })
    expect(answer.status).toBe(200)
    expect(((await answer.json()) as { steps: unknown[] }).steps).toHaveLength(3)
  })
})

/** On a slow machine an event more may come before the cut, so the cursor is the one that was seen. */
function resumingWhereItWasCut([
  start = '',
  follow = '',
  resume = '',
]: readonly string[]): string[] {
  return [
    start,
    `${follow.trimEnd()} | tee followed`,
    resume.replace(
      /'Last-Event-ID: \d+'/,
      '"Last-Event-ID: $(grep "^id: " followed | tail -1 | cut -c5-)"',
    ),
  ]
}

/** What each command printed; one shell for all, since later ones use variables of earlier ones. */
async function runInOneShell(commands: readonly string[], cwd: string): Promise<string[]> {
  const { stdout } = await exec('bash', ['-c', commands.join(`\necho '${cut}'\n`)], { cwd })
  return stdout.split(`${cut}\n`)
}

function blocksOf(page: string, language: string): string[] {
  const fences = page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))
  return [...fences].map(([, text = '']) => text)
}

/** The types of the frames in their order. */
function typesIn(stream: string): string[] {
  return [...stream.matchAll(/^event: (.+)$/gm)].map(([, type = '']) => type)
}

function idsIn(stream: string): number[] {
  return [...stream.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
}

/** The names of a value's fields, their order and the types of what they hold. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return typeof value
  return Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)])
}
