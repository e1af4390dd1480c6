import { type Api, path } from './api.ts'

interface Waits {
  readonly kind: string
  readonly queue?: string
  readonly interactionId?: string
}

/** What GET /v1/sessions/:id/explain answers, as far as it is looked at here. */
interface Explanation {
  readonly session: { readonly status: string; readonly sentence: string }
  readonly steps: readonly {
    readonly id: string
    readonly sentence: string
    readonly waitsFor: readonly Waits[]
  }[]
}

/** Where a session stands, and what it wants of those outside. */
export interface Standing {
  readonly status: string
  readonly sentence: string
  /** The steps that do not go on unless somebody acts, workers apart. */
  readonly attention: readonly { stepId: string; sentence: string; interactionId?: string }[]
}

/** What a step waits for that comes by itself, or from a session or a worker that is at it. */
const comesByItself: ReadonlySet<string> = new Set([
  'step',
  'condition',
  'place',
  'items',
  'time',
  'session',
  'attempt',
  'turn',
])

export async function standingOf(
  api: Api,
  sessionId: string,
  signal: AbortSignal,
): Promise<Standing> {
  const { session, steps } = await api.get<Explanation>(path`/v1/sessions/${sessionId}/explain`, {
    signal,
  })
  return {
    status: session.status,
    sentence: session.sentence,
    attention: steps.flatMap(({ id: stepId, sentence, waitsFor }) => {
      const wanted = waitsFor.find(wantsSomebody)
      if (wanted === undefined) return []
      const { interactionId } = wanted
      return [{ stepId, sentence, ...(interactionId === undefined ? {} : { interactionId }) }]
    }),
  }
}

/** Whether somebody has to act before the session goes on. */
export function wantsAttention({ status, attention }: Standing): boolean {
  return status === 'paused' || attention.length > 0
}

function wantsSomebody({ kind, queue }: Waits): boolean {
  return !comesByItself.has(kind) && queue === undefined
}
