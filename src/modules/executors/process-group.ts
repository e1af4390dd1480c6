import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** `process.kill`: sends a signal (0 only asks) to a process, or to a group by its negated id. */
export type SendSignal = (processId: number, signal: NodeJS.Signals | 0) => boolean

export interface Termination {
  readonly signals: readonly ('SIGTERM' | 'SIGKILL')[]
  /** Whether no process of the group is left. */
  readonly gone: boolean
  readonly tookMs: number
}

/** How long a group may take to vanish after SIGKILL before it is reported as not gone. */
const KILL_WAIT_MS = 2000

const SLOWEST_POLL_MS = 64

/**
 * Ends a process group: SIGTERM, after `graceMs` SIGKILL, and a look whether it is gone. A group
 * that is gone already gets no signal.
 * @param groupId the id of the group, which is its leader's process id
 */
export async function terminateGroup(
  groupId: number,
  graceMs: number,
  sendSignal: SendSignal,
): Promise<Termination> {
  const started = performance.now()
  const signals: ('SIGTERM' | 'SIGKILL')[] = []
  const report = (gone: boolean): Termination => ({
    signals,
    gone,
    tookMs: Math.round(performance.now() - started),
  })
  for (const [signal, waitMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', KILL_WAIT_MS],
  ] as const) {
    if (!reach(groupId, signal, sendSignal)) return report(true)
    signals.push(signal)
    if (await isGoneWithin(groupId, waitMs, sendSignal)) return report(true)
  }
  return report(false)
}

/** Whether the group had a process to receive the signal; 0 asks without sending one. */
function reach(groupId: number, signal: NodeJS.Signals | 0, sendSignal: SendSignal): boolean {
  try {
    return sendSignal(-groupId, signal)
  } catch (error) {
    // EPERM says that it exists and belongs to someone else.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

async function isGoneWithin(
  groupId: number,
  waitMs: number,
  sendSignal: SendSignal,
): Promise<boolean> {
  const end = performance.now() + waitMs
  for (let delayMs = 1; ; delayMs = Math.min(delayMs * 2, SLOWEST_POLL_MS)) {
    if (!reach(groupId, 0, sendSignal)) return true
    const left = end - performance.now()
    const looksStuck = delayMs === SLOWEST_POLL_MS || left <= 0
    if (looksStuck && (await isAllZombies(groupId))) return true
    if (left <= 0) return false
    await pause(Math.min(delayMs, left))
  }
}

/**
 * Dead descendants stay in the group until the machine's first process reaps them, and in a
 * container without an init that may be never; they run no more, so they count as gone.
 */
async function isAllZombies(groupId: number): Promise<boolean> {
  const processes = await readdir('/proc').catch(() => [])
  if (processes.length === 0) return false
  const states = await Promise.all(
    processes.filter((name) => /^\d+$/.test(name)).map((id) => stateInGroup(id, groupId)),
  )
  return states.every((state) => state === undefined || state === 'Z' || state === 'X')
}

/** See proc_pid_stat(5): `pid (name) state ppid pgrp …`, where the name may hold anything. */
async function stateInGroup(processId: string, groupId: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => '')
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(group) === groupId ? state : undefined
}
