import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { readSchedule } from './cron.ts'
import { sleepUntil } from './sleep-until.ts'
import type { Schedule } from './types.ts'

export interface Schedules {
  /** A second schedule of one name takes the place of the first. @throws StepstreamError INVALID_VALUE */
  add(schedule: Schedule, task: () => Promise<void>): void
  /** Starts nothing more; resolves when no task runs. */
  stop(): Promise<void>
}

/** What is done again and again in this process. */
export function createSchedules(clock: Clock, log: Pick<FastifyBaseLogger, 'error'>): Schedules {
  const timers = new Map<string, () => void>()
  const running = new Map<string, Promise<void>>()
  let stopped = false

  return {
    add(schedule, task) {
      const cadence = readSchedule(schedule, clock.now())
      const { name } = schedule
      timers.get(name)?.()
      arm(clock.now())

      /** A clock that is set back must not bring the same time twice: what comes next comes after the last. */
      function arm(last: number): void {
        const at = cadence.next(Math.max(last, clock.now()))
        if (at === undefined || stopped) timers.delete(name)
        else
          timers.set(
            name,
            sleepUntil(clock, at, () => fire(at)),
          )
      }

      function fire(at: number): void {
        arm(at)
        if (!running.has(name)) running.set(name, run(name, task))
      }
    },
    async stop() {
      stopped = true
      for (const cancel of timers.values()) cancel()
      timers.clear()
      await Promise.all(running.values())
    },
  }

  async function run(name: string, task: () => Promise<void>): Promise<void> {
    try {
      await task()
    } catch (error) {
      log.error({ err: error, schedule: name }, 'a scheduled task failed')
    }
    running.delete(name)
  }
}
