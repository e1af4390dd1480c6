import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

// What no source makes any more would be packed as well.
await rm(join(root, 'dist'), { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const options = ['-p', join(root, 'tsconfig.build.json')]
const { status } = spawnSync(process.execPath, [compiler, ...options], { stdio: 'inherit' })
process.exitCode = status ?? 1
