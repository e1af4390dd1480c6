import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { print } from './support/report.ts'

/** Runs every benchmark, or those named, one after another, each in a process of its own. */
const benches = [
  'engine',
  'shapes',
  'accept',
  'fanout',
  'idle',
  'parked',
  'store',
  'replicas',
  'latency',
  'takeover',
  'idle-database',
  'workers',
  'browser',
  'browsers',
  'dashboard',
]
const named = process.argv.slice(2)

print(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}`)
for (const bench of named.length === 0 ? benches : named) {
  print(`\n── ${bench} ──`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${bench}.ts`)], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
