import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** What the files of a layer may import beside each other: paths in src/, and packages. */
interface Layer {
  readonly name: string
  readonly files: RegExp
  readonly imports: RegExp
  /** Absent: any package. */
  readonly packages?: RegExp
}

const leaf = '(?!app\\.ts|backend\\.ts|browsing\\.ts|server\\.ts)[^/]+\\.ts'
const types = `modules/[^/]+/types\\.ts|store/(types|replica|workflows|documents)\\.ts`

/** The first layer that a file belongs to counts. Module folders are layers of their own. */
function layerOf(file: string): Layer | undefined {
  const module = /^modules\/([^/]+)\//.exec(file)?.[1]
  const layers: Layer[] = [
    { name: 'session', files: /^session\//, imports: /^(errors|json)\.ts$/, packages: /^zod$/ },
    {
      name: 'plan',
      files: /^plan\//,
      imports:
        /^((errors|json|json-pointer|duration(-schema)?)\.ts|session\/.+|modules\/[^/]+\/types\.ts)$/,
      // node:vm bounds the time of a regular expression.
      packages: /^(zod|yaml|@marcbachmann\/cel-js|@cucumber\/cucumber-expressions|node:vm)$/,
    },
    {
      name: `modules/${module}`,
      files: new RegExp(`^modules/${module}/`),
      imports: new RegExp(`^(${leaf}|session/.+|plan/types\\.ts|${types})$`),
    },
    {
      name: 'dashboard',
      files: /^dashboard\//,
      // Types, and what imports nothing: see below.
      imports: /^(json\.ts|session\/.+|http\/.+)$/,
    },
    { name: 'store', files: /^store\//, imports: new RegExp(`^(${leaf}|session/.+)$`) },
    {
      name: 'http',
      files: /^http\//,
      imports: new RegExp(`^(${leaf}|session/.+|plan/.+|${types})$`),
    },
    // Runs in browsers too, so it shares no code with the service.
    {
      name: 'client',
      files: /^client\//,
      imports: /^client\//,
      packages: /^(openapi-fetch|eventsource-parser)$/,
    },
    { name: 'app', files: /^(app|backend|browsing)\.ts$/, imports: /^(?!server\.ts|cli\/)/ },
    { name: 'server', files: /^(server\.ts|cli\/)/, imports: /^/ },
    { name: 'leaf', files: new RegExp(`^${leaf}$`), imports: new RegExp(`^${leaf}$`) },
  ]
  return layers.find(({ files }) => files.test(file))
}

interface Import {
  readonly from: string
  /** A path in src/, or a package. */
  readonly to: string
  readonly isPackage: boolean
  /** Nothing of it is left when the program runs. */
  readonly isType: boolean
}

describe('the imports of src/', () => {
  let imports: readonly Import[]

  beforeAll(async () => {
    imports = (await Promise.all((await sourceFiles()).map(readImports))).flat()
  })

  test('are found at all', () => {
    expect(imports).toContainEqual({
      from: 'session/events.ts',
      to: 'errors.ts',
      isPackage: false,
      isType: false,
    })
    expect(imports).toContainEqual({
      from: 'dashboard/live/session-follower.ts',
      to: 'session/events.ts',
      isPackage: false,
      isType: true,
    })
  })

  test('obey the import law', () => {
    expect(imports.filter(isUnlawful).map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })

  test('touch the process in src/server.ts and src/cli/ only', () => {
    const processes = imports.filter(({ to }) => /^(node:)?process$/.test(to))
    expect(processes.filter(({ from }) => layerOf(from)?.name !== 'server')).toEqual([])
  })

  test('take only types of the server into the dashboard, and what imports nothing itself', () => {
    const importers = new Set(imports.filter(({ isType }) => !isType).map(({ from }) => from))
    const taken = imports.filter(
      ({ from, to, isPackage, isType }) =>
        from.startsWith('dashboard/') &&
        !to.startsWith('dashboard/') &&
        !isPackage &&
        !isType &&
        (!to.startsWith('session/') || importers.has(to)),
    )
    expect(taken.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })

  test('take nothing of Node into the dashboard, and nothing of the dashboard into the server', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        (from.startsWith('dashboard/') && to.startsWith('node:')) ||
        (!from.startsWith('dashboard/') && to.startsWith('dashboard/')),
    )
    expect(wrong).toEqual([])
  })

  test('keep node:sqlite behind one file', () => {
    const users = imports.filter(({ to }) => to === 'node:sqlite').map(({ from }) => from)
    expect(users.length).toBeLessThanOrEqual(1)
    expect(users.every((file) => file.startsWith('store/sqlite/'))).toBe(true)
  })

  test('have no way to src/app.ts but from the entry points', () => {
    const importers = imports.filter(({ to }) => to === 'app.ts').map(({ from }) => from)
    expect(importers.filter((file) => layerOf(file)?.name !== 'server')).toEqual([])
  })
})

function isUnlawful({ from, to, isPackage }: Import): boolean {
  const layer = layerOf(from)
  if (layer === undefined) return true
  if (isPackage) return layer.packages !== undefined && !layer.packages.test(to)
  return !layer.files.test(to) && !layer.imports.test(to)
}

async function sourceFiles(): Promise<string[]> {
  const files = await readdir(join(root, 'src'), { recursive: true })
  return files.filter((file) => /\.tsx?$/.test(file))
}

async function readImports(file: string): Promise<Import[]> {
  const text = await readFile(join(root, 'src', file), 'utf8')
  const typesOnly = new Set(
    [...text.matchAll(/^(?:import|export) type\b[^']*?from '([^'\n]+)'/gm)].map(([, to]) => to),
  )
  const specifiers = text.matchAll(/(?:\bfrom|^import|\bimport\()\s*'([^'\n]+)'/gm)
  return [...specifiers].map(([, specifier = '']) => {
    const isPackage = !specifier.startsWith('.')
    return {
      from: file,
      to: isPackage ? specifier : normalize(join(dirname(file), specifier)),
      isPackage,
      isType: typesOnly.has(specifier),
    }
  })
}
