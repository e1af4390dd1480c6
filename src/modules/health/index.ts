import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { within } from '../../within.ts'
import type { Condition, Health, ModuleHealth } from './types.ts'

/** How long a module may take to say how it is: longer than the probe of the store takes itself. */
const ANSWER_MS = 3000

const silent: Condition = { status: 'degraded', detail: 'it does not answer' }

export function createHealth({ clock, log }: { clock: Clock; log: FastifyBaseLogger }): Health {
  const checks = new Map<string, () => Promise<Condition>>()
  const errors = new Map<string, number>()

  return {
    add: (module, check) => checks.set(module, oneAtATime(module, check)),
    logOf: (module) =>
      Object.create(log, {
        error: {
          value: (...line: Parameters<FastifyBaseLogger['error']>) => {
            countError(module)
            Reflect.apply(log.error, log, line)
          },
        },
      }) as FastifyBaseLogger,
    async check() {
      const asked = [...checks].map(async ([module, ask]) => [module, await healthOf(module, ask)])
      return Object.fromEntries(await Promise.all(asked)) as Record<string, ModuleHealth>
    },
  }

  async function healthOf(module: string, ask: () => Promise<Condition>): Promise<ModuleHealth> {
    const condition = await within(clock, ANSWER_MS, ask(), silent)
    if (condition === silent) countError(module)
    const checkedAt = new Date(clock.now()).toISOString()
    return { ...condition, errors: errors.get(module) ?? 0, checkedAt }
  }

  /** What hangs must not gather the questions of every probe. */
  function oneAtATime(module: string, check: () => Condition | Promise<Condition>) {
    let asking: Promise<Condition> | undefined
    return () => {
      asking ??= ask(module, check).finally(() => {
        asking = undefined
      })
      return asking
    }
  }

  async function ask(
    module: string,
    check: () => Condition | Promise<Condition>,
  ): Promise<Condition> {
    try {
      const condition = await check()
      if (condition.status === 'failed') countError(module)
      return condition
    } catch (error) {
      countError(module)
      if (error instanceof StepstreamError) return { status: 'degraded', detail: error.message }
      log.error({ err: error, module }, 'a module cannot tell how it is')
      return { status: 'degraded', detail: 'it cannot tell how it is' }
    }
  }

  function countError(module: string): void {
    errors.set(module, (errors.get(module) ?? 0) + 1)
  }
}
