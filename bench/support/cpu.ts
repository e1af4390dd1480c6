import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/*
 * CPU time of other processes, from /proc: on Linux alone.
 */

interface ProcessTimes {
  readonly parent: number
  /** Its own, and those of its children that have ended, in seconds. */
  readonly seconds: number
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** CPU seconds that these processes have used. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (timesOf(pid)?.seconds ?? 0), 0)
}

/** CPU seconds that a process and all its children have used, those that have ended included. */
export function familyCpuSeconds(parent: number): number {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => timesOf(pid)?.parent === parent)
  return cpuSeconds([parent, ...children])
}

/** The process that started another. */
export function parentOf(pid: number): number {
  const times = timesOf(pid)
  if (times === undefined) throw new Error(`there is no process ${pid} on this machine`)
  return times.parent
}

/** Undefined when the process is gone. */
function timesOf(pid: number): ProcessTimes | undefined {
  if (!Number.isInteger(pid)) return undefined
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before may hold anything, parentheses too.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const ticks = fields.slice(11, 15).reduce((sum, time) => sum + time, 0)
    return { parent: fields[1] ?? 0, seconds: ticks / ticksPerSecond }
  } catch {
    return undefined
  }
}
