import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { newSignalId } from '../../ids.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import { MAX_INLINE_BYTES, refTo } from '../../session/artifact-ref.ts'
import type { PlannedStep } from '../../session/plan.ts'
import { hasBeenHere, takerOf } from '../../session/receive-signal.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { refuseUnfit } from './fitting.ts'
import type { GivenSignal, Interactions } from './types.ts'

export interface SignalsOptions {
  readonly processor: Pick<StepProcessor, 'signal'>
  readonly artifacts: Pick<Artifacts, 'put'>
  readonly schemas: Pick<Schemas, 'faultsOf'>
  readonly clock: Pick<Clock, 'now'>
}

/** Takes signals: checks them, and tells the session. */
export function createSignals(options: SignalsOptions): Interactions['signal'] {
  const { processor, artifacts, schemas, clock } = options

  return async (session, given) => {
    const { name, actor } = given
    const sessionId = session.record.id
    const digest = given.id === undefined ? {} : { digest: digestOf(given) }
    const id = given.id ?? newSignalId(clock.now())
    const accepted = { sessionId, signalId: id, name }
    if (hasBeenHere(session.state, { id, ...digest })) return { ...accepted, isRepeated: true }
    const waiting = session.state.plan.steps.filter((step) => waitsFor(step, name))
    // Those for the items of one step ask the same.
    for (const input of new Set(waiting.map((step) => step.with))) checkPayload(input, given)
    const steps = waiting.map((step) => step.id)
    // What is refused puts nothing aside.
    takerOf(session.state, { name, steps })
    await processor.signal(sessionId, {
      id,
      name,
      ...(await payloadOf(session, given)),
      ...(actor === undefined ? {} : { actor }),
      ...digest,
      steps,
    })
    return { ...accepted, isRepeated: false }
  }

  /** It must fit whichever step will take it. */
  function checkPayload({ schema }: JsonObject, { payload = null }: GivenSignal): void {
    if (schema === undefined) return
    const message = 'the payload does not fit the schema of a step that waits for it'
    refuseUnfit(schemas, schema as JsonObject, payload, 'payload', message)
  }

  async function payloadOf(
    { record }: CurrentSession,
    { name, payload }: GivenSignal,
  ): Promise<{ payload?: Json }> {
    if (payload === undefined) return {}
    const json = JSON.stringify(payload)
    const bytes = Buffer.from(json)
    if (bytes.length <= MAX_INLINE_BYTES) return { payload }
    const { id: artifact } = await artifacts.put({
      tenant: record.tenant,
      sessionId: record.id,
      stepId: null,
      name: `${name}-payload.json`,
      contentType: 'application/json',
      bytes,
    })
    return { payload: refTo(artifact, json, bytes.length) }
  }
}

function waitsFor({ uses, with: input }: PlannedStep, name: string): boolean {
  return uses === 'signal' && input['name'] === name
}

function digestOf({ name, payload }: GivenSignal): string {
  const given = JSON.stringify(['signal', name, payload ?? null])
  return createHash('sha256').update(given).digest('base64url')
}
