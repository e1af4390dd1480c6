/** Whether there is a process of this id; one that nobody has reaped yet counts. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
