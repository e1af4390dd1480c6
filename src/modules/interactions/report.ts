import { StepstreamError } from '../../errors.ts'
import { clipMessage, firstBytes, splitText } from '../../report-text.ts'
import type { AttemptReport } from '../../session/commands.ts'
import type { Store } from '../../store/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { OPEN, type OpenRecord, openRecordOf } from './record.ts'
import type { GivenReport, Interactions, OpenInteraction } from './types.ts'
import { claimOf, refuseUnlessWork } from './work.ts'

export interface ReportsOptions {
  readonly store: Pick<Store, 'document' | 'putDocument'>
  readonly processor: Pick<StepProcessor, 'report'>
  readonly maskText: (text: string) => string
  readonly outputLimitBytes: number
  readonly open: Interactions['open']
}

type Output = NonNullable<GivenReport['output']>[number] & { readonly truncated?: true }

/** Takes what somebody says while they work: each report is an event or more, as an attempt's own are. */
export function createReports(options: ReportsOptions): Pick<Interactions, 'report' | 'tell'> {
  const { store, processor, maskText, outputLimitBytes, open } = options

  return {
    async report(tenant, id, given) {
      const asked = await open(tenant, id)
      await tell(asked, given)
      return asked
    },
    tell,
  }

  async function tell(asked: OpenInteraction, given: GivenReport): Promise<void> {
    refuseUnlessWork(asked)
    claimOf(asked, given)
    const masked = joined(given.output ?? []).map(({ stream, text }) => ({
      stream,
      text: maskText(text),
    }))
    const kept = masked.length === 0 ? [] : await allot(asked, masked)
    const reports = [...outputsOf(kept), ...progressOf(given)]
    const { session, stepId, attempt } = asked
    if (reports.length === 0) return
    await processor.report(session.record.id, { stepId, attempt }, reports)
  }

  /**
   * What there is room for. It is counted before it is told, and the document's version decides
   * between reports that come together; what a crash keeps from being told counts all the same.
   */
  async function allot(
    { session, interaction: { id, claims } }: OpenInteraction,
    outputs: readonly Output[],
  ): Promise<readonly Output[]> {
    for (;;) {
      const document = await store.document(session.record.tenant, OPEN, id)
      if (document === undefined) {
        throw new StepstreamError('INTERACTION_OVER', `interaction ${id} is not asked for any more`)
      }
      const { version, ...rest } = document
      const record = openRecordOf(document)
      const before = toldBy(record, claims)
      const fitting = cut(outputs, outputLimitBytes - before)
      if (fitting.outputs.length === 0) return []
      const told = { claim: claims, bytes: before + fitting.bytes }
      const written = await store.putDocument(
        { ...rest, body: JSON.stringify({ ...record, told }) },
        version,
      )
      if (written.kind === 'written') return fitting.outputs
    }
  }

  function progressOf({ percent, message }: GivenReport): AttemptReport[] {
    if (percent === undefined && message === undefined) return []
    const text = message === undefined ? undefined : maskText(message.toWellFormed())
    const data = {
      ...(percent === undefined ? {} : { percent }),
      ...(text === undefined ? {} : { message: clipMessage(text) }),
    }
    return [{ type: 'step.progress', data }]
  }
}

/** Whoever takes it next may tell as much again; whoever had it before them, nothing more. */
function toldBy({ told }: OpenRecord, claim: number): number {
  if (told === undefined || told.claim < claim) return 0
  return told.claim === claim ? told.bytes : Number.POSITIVE_INFINITY
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

/** The first of them that have so many bytes together; the one that goes beyond says so, and is the last. */
function cut(
  outputs: readonly Output[],
  room: number,
): { readonly outputs: readonly Output[]; readonly bytes: number } {
  const kept: Output[] = []
  let left = room
  for (const { stream, text } of outputs) {
    if (left < 0 || text === '') continue
    const bytes = Buffer.byteLength(text)
    if (bytes > left) kept.push({ stream, text: firstBytes(text, left), truncated: true })
    else kept.push({ stream, text })
    left -= bytes
  }
  return { outputs: kept, bytes: room - left }
}

function outputsOf(outputs: readonly Output[]): AttemptReport[] {
  return outputs.flatMap(({ stream, text, truncated }) => {
    // One at least, perhaps empty: it says that there was more.
    const pieces = text === '' ? [''] : splitText(text)
    return pieces.map((piece, index): AttemptReport => {
      const isCut = truncated === true && index === pieces.length - 1
      const data = { stream, text: piece, ...(isCut ? { truncated } : {}) }
      return { type: 'step.output', data }
    })
  })
}
