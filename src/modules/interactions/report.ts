import { StepstreamError } from '../../errors.ts'
import { clipMessage, firstBytes, splitText } from '../../report-text.ts'
import type { AttemptReport } from '../../session/commands.ts'
import type { Store } from '../../store/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { claimOf } from './answer.ts'
import { OPEN, openRecordOf } from './record.ts'
import type { GivenReport, Interactions } from './types.ts'

export interface ReportsOptions {
  readonly store: Pick<Store, 'document' | 'putDocument'>
  readonly processor: Pick<StepProcessor, 'report'>
  readonly maskText: (text: string) => string
  readonly outputLimitBytes: number
  readonly open: Interactions['open']
}

type Output = NonNullable<GivenReport['output']>[number] & { readonly truncated?: true }

/** Takes what somebody says while they work: each report is an event or more, as an attempt's own are. */
export function createReports(options: ReportsOptions): Interactions['report'] {
  const { store, processor, maskText, outputLimitBytes, open } = options

  return async (tenant, id, given) => {
    const asked = await open(tenant, id)
    claimOf(asked, given)
    const masked = joined(given.output ?? []).map(({ stream, text }) => ({
      stream,
      text: maskText(text),
    }))
    const kept = masked.length === 0 ? [] : await allot(tenant, id, masked)
    const reports = [...outputsOf(kept), ...progressOf(given)]
    const { session, stepId, attempt } = asked
    if (reports.length > 0) {
      await processor.report(session.record.id, { stepId, attempt }, reports)
    }
    return asked
  }

  /**
   * What there is room for. It is counted before it is told, and the document's version decides
   * between reports that come together; what a crash keeps from being told counts all the same.
   */
  async function allot(
    tenant: string,
    id: string,
    outputs: readonly Output[],
  ): Promise<readonly Output[]> {
    for (;;) {
      const document = await store.document(tenant, OPEN, id)
      if (document === undefined) {
        throw new StepstreamError('INTERACTION_OVER', `interaction ${id} is not asked for any more`)
      }
      const { version, ...rest } = document
      const record = openRecordOf(document)
      const { outputBytes = 0 } = record
      const fitting = cut(outputs, outputLimitBytes - outputBytes)
      if (fitting.bytes === 0) return []
      const body = JSON.stringify({ ...record, outputBytes: outputBytes + fitting.bytes })
      const written = await store.putDocument({ ...rest, body }, version)
      if (written.kind === 'written') return fitting.outputs
    }
  }

  function progressOf({ percent, message }: GivenReport): AttemptReport[] {
    if (percent === undefined && message === undefined) return []
    const data = {
      ...(percent === undefined ? {} : { percent }),
      ...(message === undefined ? {} : { message: clipMessage(maskText(message)) }),
    }
    return [{ type: 'step.progress', data }]
  }
}

/** Neighbours of one stream are one text, so that a secret cut in two is found. */
function joined(outputs: readonly Output[]): readonly Output[] {
  const found: { stream: Output['stream']; text: string }[] = []
  for (const { stream, text } of outputs) {
    const last = found.at(-1)
    if (last?.stream === stream) last.text += text
    else found.push({ stream, text })
  }
  return found
}

/** The first of them that have so many bytes together; the last one says where something is left out. */
function cut(
  outputs: readonly Output[],
  room: number,
): { readonly outputs: readonly Output[]; readonly bytes: number } {
  const kept: Output[] = []
  let left = Math.max(room, 0)
  for (const { stream, text } of outputs) {
    const bytes = Buffer.byteLength(text)
    if (left === 0) break
    if (bytes > left) kept.push({ stream, text: firstBytes(text, left), truncated: true })
    else kept.push({ stream, text })
    left -= Math.min(bytes, left)
  }
  return { outputs: kept, bytes: Math.max(room, 0) - left }
}

function outputsOf(outputs: readonly Output[]): AttemptReport[] {
  return outputs.flatMap(({ stream, text, truncated }) => {
    const pieces = splitText(text)
    return pieces.map((piece, index): AttemptReport => {
      const isCut = truncated === true && index === pieces.length - 1
      const data = { stream, text: piece, ...(isCut ? { truncated } : {}) }
      return { type: 'step.output', data }
    })
  })
}
