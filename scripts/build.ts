import { spawnSync } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

run('scripts/build-dashboard.mjs', '--required')
await removeCompiled()
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')

function run(program: string, ...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

/** What no source makes any more would be packed as well; the dashboard may be in use, and is whole. */
async function removeCompiled(): Promise<void> {
  const found = await readdir(dist)
  const compiled = found.filter((name) => !name.startsWith('dashboard'))
  await Promise.all(compiled.map((name) => rm(join(dist, name), { recursive: true })))
}
