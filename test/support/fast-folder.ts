import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { isAlive } from './is-alive.ts'

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm'

const PREFIX = 'stepstream-tests-'

const GIB = 2 ** 30

/** What a run writes at most is a fraction of the first; the second leaves room for browsers and services. */
const NEEDS_BYTES = 4 * GIB
const NEEDS_FREE_MEMORY = 8 * GIB

/**
 * A folder in memory for what tests write: on a disk, thousands of small databases and their commits cost more than what they test.
 * Undefined where there is no room for it, or programs in it do not run. Whoever asked removes it.
 */
export function makeFastFolder(): string | undefined {
  let folder: string | undefined
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    if (bavail * bsize < NEEDS_BYTES || freemem() < NEEDS_FREE_MEMORY) return undefined
    removeLeft()
    folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`))
    // Whoever Postgres runs as has to get through it.
    chmodSync(folder, 0o711)
    if (runsPrograms(folder)) return folder
  } catch {
    // No such folder, or a closed one: the disk's is as good, and slower.
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  return undefined
}

/** It may be mounted so that they do not. */
function runsPrograms(folder: string): boolean {
  const program = join(folder, 'program')
  writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o700 })
  const { status } = spawnSync(program)
  rmSync(program)
  return status === 0
}

/** What a run of ours left that was killed would take memory until the machine stops. */
function removeLeft(): void {
  for (const name of readdirSync(MEMORY)) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    const folder = join(MEMORY, name)
    if (owner === undefined || isAlive(Number(owner))) continue
    if (statSync(folder).uid === process.getuid?.())
      rmSync(folder, { recursive: true, force: true })
  }
}
