import type { FastifyBaseLogger } from 'fastify'
import { StepstreamError } from '../errors.ts'
import type { Store } from '../store/types.ts'
import { within } from '../within.ts'
import type { HttpDeps } from './deps.ts'

type Health = Awaited<ReturnType<Store['health']>>

/** How long the store may take to say how it is; probes give up after a few seconds themselves. */
const ANSWER_MS = 2000

const silent: Health = { writable: false, detail: 'the store does not answer' }

/**
 * Asks the store how it is, and always gets an answer soon. One question is under way at a time: a
 * store that hangs must not gather those of every probe.
 */
export function createStoreProbe(
  { store, clock }: Pick<HttpDeps, 'store' | 'clock'>,
  log: FastifyBaseLogger,
): () => Promise<Health> {
  let asking: Promise<Health> | undefined

  return () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return within(clock, ANSWER_MS, asking, silent)
  }

  async function ask(): Promise<Health> {
    try {
      return await store.health()
    } catch (error) {
      if (error instanceof StepstreamError) return { writable: false, detail: error.message }
      log.error({ err: error }, 'the store cannot tell how it is')
      return { writable: false, detail: 'the store cannot tell how it is' }
    }
  }
}
