import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * How many events the embedded store commits in a second, and how long one commit takes, with the
 * commits in the event loop, in a thread, and without a store around them (the floor); on the disk
 * as it is and on one whose fsync takes 2 ms more. The folder is the system's temporary one: set
 * TMPDIR to measure another disk.
 */
const slowFsync = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static int slow(const char *name, int fd) {
  struct timespec pause = { 0, 2000000 };
  nanosleep(&pause, 0);
  return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}
int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
`

const modes = ['floor', 'loop', 'thread']
const folder = mkdtempSync(join(tmpdir(), 'stepstream-bench-'))
try {
  print('events/s: 1000 sessions in step, 2 events of 250 bytes each per commit and session')
  measure('this disk', {})
  const shim = buildShim()
  if (shim === undefined) print('\nfsync + 2 ms: skipped, there is no C compiler (cc)')
  else measure('fsync + 2 ms', { LD_PRELOAD: shim })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function measure(title: string, environment: Record<string, string>): void {
  print(`\n${title}`)
  const program = fileURLToPath(new URL('./store-run.ts', import.meta.url))
  for (const mode of modes) {
    const runs = [1, 2, 3].map((run) => {
      const output = execFileSync(
        process.execPath,
        [program, mode, join(folder, `${mode}${run}`)],
        {
          env: { ...process.env, ...environment },
          encoding: 'utf8',
        },
      )
      rmSync(join(folder, `${mode}${run}`), { recursive: true, force: true })
      return JSON.parse(output) as Record<string, number>
    })
    const median = (key: string) => runs.map((run) => run[key] ?? 0).toSorted((a, b) => a - b)[1]
    const served = runs[0]?.['requestsPerSecond'] === undefined ? '' : describeServed(median)
    print(
      `  ${mode.padEnd(7)}${String(median('rowsPerSecond')).padStart(7)} events/s` +
        `   lone commit p50 ${median('p50Ms')?.toFixed(2)} p99 ${median('p99Ms')?.toFixed(2)} ms${served}`,
    )
  }
}

function describeServed(median: (key: string) => number | undefined): string {
  return (
    `   loop held up to ${median('longestHoldMs')?.toFixed(0)} ms` +
    `   64 clients: ${median('requestsPerSecond')} requests/s, p99 ${median('requestP99Ms')} ms`
  )
}

function buildShim(): string | undefined {
  const source = join(folder, 'slow-fsync.c')
  const library = join(folder, 'slow-fsync.so')
  writeFileSync(source, slowFsync)
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'])
  return built.status === 0 ? library : undefined
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
