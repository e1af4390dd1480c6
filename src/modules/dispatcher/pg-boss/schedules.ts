import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import { StepstreamError } from '../../../errors.ts'
import { readSchedule } from '../cron.ts'
import type { Schedule } from '../types.ts'
import type { SessionEngine } from './engine.ts'

export interface PgBossSchedulesOptions {
  /** Resolves when pg-boss is there, or will not be any more. */
  readonly engine: Promise<Pick<SessionEngine, 'boss'> | undefined>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
  /** The tasks that run here now. */
  readonly running: Set<Promise<void>>
}

/** How soon after its time a task begins, at the latest, beside what cron itself takes. */
const POLL_S = 2

/** A task that was under way when its process died is run again this often. */
const RETRIES = 3

const DAY_S = 86_400

/**
 * pg-boss' cron: a queue for each name, so that a process takes only what it knows. One job at a
 * time: what falls due while the last one still waits or runs is skipped.
 */
export async function addSchedule(
  schedule: Schedule,
  task: () => Promise<void>,
  { engine, clock, log, running }: PgBossSchedulesOptions,
): Promise<void> {
  // What is allowed is the same on both dispatchers, and pg-boss would allow more.
  readSchedule(schedule, clock.now())
  const opened = await engine
  if (opened === undefined) throw new StepstreamError('SHUTTING_DOWN', 'the dispatcher has stopped')
  const { boss } = opened
  const { name, cron, timeZone = 'UTC' } = schedule
  const queue = `schedule.${name}`
  await boss.createQueue(queue, {
    policy: 'exclusive',
    retryLimit: RETRIES,
    retryDelay: 0,
    heartbeatSeconds: 10,
    expireInSeconds: DAY_S,
    deleteAfterSeconds: 3600,
  })
  await boss.offWork(queue)
  await boss.work(queue, { pollingIntervalSeconds: POLL_S }, async () => {
    const run = task().catch((error: unknown) =>
      log.error({ err: error, schedule: name }, 'a scheduled task failed'),
    )
    running.add(run)
    await run
    running.delete(run)
  })
  await boss.schedule(queue, cron, null, { tz: timeZone, missed: 'once' })
}
