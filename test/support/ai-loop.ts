import { systemClock } from '../../src/clock.ts'
import { createAiConnections } from '../../src/modules/ai/index.ts'
import { type AiLoopOptions, createAiLoop } from '../../src/modules/ai-loop/index.ts'
import { defaultLimits } from '../../src/modules/ai-loop/limits.ts'
import type { AiLoop } from '../../src/modules/ai-loop/types.ts'
import { createOutbound } from '../../src/modules/outbound/index.ts'
import { schemas } from '../../src/plan/schemas.ts'
import type { InteractionRequest } from '../../src/session/events.ts'
import type { AiServer } from './ai-server.ts'

export interface TestedLoop extends AiLoop, AsyncDisposable {
  readonly asked: InteractionRequest[]
}

/** The loop over a scripted model, through the real client. */
export function loopOver(ai: AiServer, options: Partial<AiLoopOptions> = {}): TestedLoop {
  const asked: InteractionRequest[] = []
  const outbound = createOutbound({
    allowPrivate: true,
    allow: [],
    requestTimeoutMs: 10_000,
    connectTimeoutMs: 5000,
  })
  const settings = {
    baseUrl: ai.baseUrl,
    model: 'm',
    apiKey: 'sk-secret-key',
    promptPrice: 1,
    completionPrice: 1,
  }
  const most = Number.POSITIVE_INFINITY
  const loop = createAiLoop({
    connections: createAiConnections({
      connections: new Map([['default', settings]]),
      outbound,
      clock: systemClock,
      random: () => 0,
      timeoutMs: 10_000,
      maskText: (text) => text.replaceAll('hunter2', '[secret PASSWORD]'),
    }),
    interactions: {
      async ask(interaction) {
        asked.push(interaction)
        const awaits = { kind: 'interaction', id: `int_${asked.length}` } as const
        return { status: 'waiting', awaits, interaction }
      },
    },
    schemas,
    caps: { ...defaultLimits, actions: 50, promptTokens: 250_000, timeMs: 600_000 },
    session: { actions: most, tokens: most, cost: most },
    clock: systemClock,
    ...options,
  })
  return Object.assign(loop, { asked, [Symbol.asyncDispose]: () => outbound.close() })
}

export { makeContext as attemptOf } from './executor-context.ts'
