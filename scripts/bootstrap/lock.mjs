import { existsSync, mkdirSync, rmdirSync, statSync, utimesSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const touchEveryMs = 250
/** A lock that nobody touches for this long belongs to a process that died. */
const staleAfterMs = 3000

/**
 * Does `work` while no other process does it with the same folder as its lock; waits its turn.
 *
 * `mkdir` is atomic. An owner touches its lock as long as it lives, so one that stands still while
 * we watch was left behind; neither process ids nor clocks have to agree for that.
 */
export async function withLock(folder, work, purpose = 'install') {
  await acquire(folder, purpose)
  const touching = setInterval(() => touch(folder), touchEveryMs)
  try {
    await work()
  } finally {
    clearInterval(touching)
    remove(folder)
  }
}

async function acquire(folder, purpose) {
  let seen = ''
  let stillMs = 0
  while (!make(folder)) {
    if (seen === '') process.stderr.write(`Waiting for another process to ${purpose}…\n`)
    const now = fingerprint(folder)
    stillMs = now === seen ? stillMs + touchEveryMs : 0
    seen = now
    if (stillMs >= staleAfterMs) remove(folder)
    else await sleep(touchEveryMs)
  }
}

function make(folder) {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function fingerprint(folder) {
  const found = statSync(folder, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? 'gone' : `${found.ino} ${found.mtimeNs}`
}

function touch(folder) {
  const now = new Date()
  if (existsSync(folder)) utimesSync(folder, now, now)
}

function remove(folder) {
  if (existsSync(folder)) rmdirSync(folder)
}
