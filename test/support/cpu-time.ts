/** CPU time of this process so far, in ms: unlike the time of day it does not grow with what else the machine does. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
