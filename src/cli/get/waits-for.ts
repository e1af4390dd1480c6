import type { components } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import type { Output } from '../output/output.ts'

type Explanation = components['schemas']['Explanation']
type WaitsFor = components['schemas']['WaitsFor']

/** Why a session stands where it does, and which command brings it on. */
export function waitsForLines(
  { session, steps }: Explanation,
  { paint }: Pick<Output, 'paint'>,
): string[] {
  const asked = steps.flatMap(({ id, sentence, waitsFor }) =>
    waitsFor.flatMap((waits) => {
      const command = commandFor(waits)
      return command === undefined ? [] : [{ id, sentence, command }]
    }),
  )
  return [
    paint('bold', oneLine(session.sentence)),
    ...asked.flatMap(({ id, sentence, command }) => [
      `${oneLine(id)}: ${oneLine(sentence)}`,
      `  ${paint('cyan', oneLine(command))}`,
    ]),
  ]
}

function commandFor(waits: WaitsFor): string | undefined {
  switch (waits.kind) {
    case 'interaction':
      return commandForInteraction(waits)
    case 'person':
      return waits.interactionId && `stepstream answer ${waits.interactionId} --retry`
    default:
      return undefined
  }
}

function commandForInteraction({
  asks,
  interactionId,
  queue,
}: Extract<WaitsFor, { kind: 'interaction' }>): string {
  switch (asks) {
    case 'approval':
      return `stepstream answer ${interactionId} --approve`
    case 'escalation':
      return `stepstream answer ${interactionId} --retry`
    case 'client':
      return `stepstream answer ${interactionId} --status ok --output '{}'`
    case 'signal':
      return `stepstream answer ${interactionId} --with '{}'`
    case 'worker':
      return `stepstream worker --queue ${queue ?? ''}`
  }
}
