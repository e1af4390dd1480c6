import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

describe('the linter', () => {
  const offences: Record<string, readonly string[]> = {
    'src/session/a.ts': [
      "import 'node:fs'",
      "import '../clock.ts'",
      "import type {} from '../store/types.ts'",
      "import '../plan/types.ts'",
    ],
    'src/plan/a.ts': [
      "import 'undici'",
      "import '../config.ts'",
      "import '../modules/executors/index.ts'",
      "import '../store/types.ts'",
    ],
    'src/plan/sentences/a.ts': ["import '../../config.ts'", "import '../../modules/a/index.ts'"],
    'src/modules/a/a.ts': [
      "import '../b/index.ts'",
      "import '../b/deep/types.ts'",
      "import '../../plan/workflow.ts'",
      "import '../../store/sqlite/index.ts'",
      "import '../../http/problem.ts'",
      "import '../../cli/index.ts'",
      "import '../../app.ts'",
      "import '../../server.ts'",
      "import 'node:process'",
    ],
    'src/modules/a/deep/a.ts': [
      "import '../../b/index.ts'",
      "import '../../../store/sqlite/index.ts'",
      "import '../../../http/problem.ts'",
      "import '../../../app.ts'",
      "import 'node:process'",
    ],
    'src/store/a.ts': [
      "import '../modules/artifacts/types.ts'",
      "import '../http/problem.ts'",
      "import '../plan/types.ts'",
      "import '../app.ts'",
      "import 'node:process'",
    ],
    'src/http/routes/a.ts': [
      "import '../../modules/executors/index.ts'",
      "import '../../store/sqlite/index.ts'",
      "import '../../app.ts'",
      "import 'node:process'",
    ],
    'src/client/a.ts': [
      "import 'node:fs'",
      "import 'undici'",
      "import '../errors.ts'",
      "import '../session/events.ts'",
    ],
    'src/a.ts': ["import './app.ts'", "import './modules/artifacts/types.ts'"],
  }
  const lawful: Record<string, readonly string[]> = {
    'src/session/b.ts': ["import 'zod'", "import '../errors.ts'", "import './plan.ts'"],
    'src/plan/b.ts': ["import 'yaml'", "import '../session/plan.ts'", "import './types.ts'"],
    'src/plan/sentences/b.ts': ["import '../faults.ts'", "import '../../session/plan.ts'"],
    'src/modules/a/b.ts': [
      "import 'undici'",
      "import './deep/a.ts'",
      "import '../b/types.ts'",
      "import '../../errors.ts'",
      "import '../../session/plan.ts'",
      "import '../../plan/types.ts'",
      "import '../../store/types.ts'",
    ],
    'src/modules/a/deep/b.ts': [
      "import '../a.ts'",
      "import '../../b/types.ts'",
      "import '../../../clock.ts'",
      "import '../../../store/types.ts'",
    ],
    'src/store/b.ts': ["import 'node:fs'", "import '../clock.ts'", "import '../session/plan.ts'"],
    'src/client/b.ts': ["import 'openapi-fetch'", "import './types.ts'"],
    'src/http/routes/b.ts': [
      "import '../problem.ts'",
      "import '../../modules/executors/types.ts'",
      "import '../../store/types.ts'",
    ],
    'src/app.ts': ["import './modules/executors/index.ts'", "import './store/sqlite/index.ts'"],
    'src/server.ts': ["import 'node:process'", "import './app.ts'", 'process.exit()'],
    'src/cli/b.ts': ["import '../app.ts'", 'process.exit()'],
  }
  const habits: Record<string, readonly [source: string, rule: string]> = {
    'src/modules/a/global.ts': ['process.exit()', 'noRestrictedGlobals'],
    'src/store/worker.ts': ['process.exit()', 'noRestrictedGlobals'],
    'src/any.ts': ['export const anything = (value: any) => value', 'noExplicitAny'],
    'src/non-null.ts': ['export const first = (a: string[]) => a[0]!', 'noNonNullAssertion'],
    'src/log.ts': ['console.log(1)', 'noConsole'],
    'src/floating.ts': ['const f = async () => 1\nf()', 'noFloatingPromises'],
    'src/cycle.ts': ["import './cycle-back.ts'", 'noImportCycles'],
    'src/cycle-back.ts': ["import './cycle.ts'", 'noImportCycles'],
  }

  let folder: string
  let found: ReadonlyMap<string, ReadonlySet<string>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepstream-lint-'))
    for (const file of ['biome.json', '.gitignore']) await cp(join(root, file), join(folder, file))
    await write(
      Object.entries({ ...offences, ...lawful }).map(([f, lines]) => [f, lines.join('\n')]),
    )
    await write(Object.entries(habits).map(([file, [source]]) => [file, source]))
    found = await lint(folder)
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.each(
    Object.entries(offences).flatMap(([file, lines]) =>
      lines.map((line, index) => ({ file, line, at: `${file}:${index + 1}` })),
    ),
  )('refuses $line in $file', ({ at }) => {
    expect(found.get(at)).toContain('noRestrictedImports')
  })

  test.each(
    Object.entries(lawful).flatMap(([file, lines]) =>
      lines.map((line, index) => ({ file, line, at: `${file}:${index + 1}` })),
    ),
  )('accepts $line in $file', ({ at }) => {
    expect(found.get(at)).toBeUndefined()
  })

  test.each(Object.entries(habits).map(([file, [source, rule]]) => ({ file, rule, source })))(
    'refuses what $rule names in $file',
    ({ file, rule, source }) => {
      expect(found.get(`${file}:${source.split('\n').length}`)).toContain(rule)
    },
  )

  async function write(files: readonly (readonly [file: string, source: string])[]): Promise<void> {
    for (const [file, source] of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), `${source}\n`)
    }
  }
})

/** The rules that fire as errors, by "file:line". */
async function lint(folder: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const options = ['lint', '--reporter=json', '--max-diagnostics=none', '.']
  // Biome exits with 1 when it finds something, as it must here.
  const { stdout } = await promisify(execFile)(process.execPath, [biome, ...options], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error)
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }
  const found = new Map<string, Set<string>>()
  for (const { severity, category, location } of diagnostics) {
    if (severity !== 'error') continue
    const at = `${location.path}:${location.start.line}`
    const rules = found.get(at) ?? new Set()
    found.set(at, rules.add(category.split('/').at(-1) ?? ''))
  }
  return found
}

interface Diagnostic {
  readonly severity: string
  readonly category: string
  readonly location: { readonly path: string; readonly start: { readonly line: number } }
}
