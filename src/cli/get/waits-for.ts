import type { components } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import type { Output } from '../output/output.ts'
import { commandThatAnswers, type Whereabouts } from '../service/answering.ts'

type Explanation = components['schemas']['Explanation']
type WaitsFor = components['schemas']['WaitsFor']

/** Why a session stands where it does, and which command brings it on. */
export function waitsForLines(
  { session, steps }: Explanation,
  where: Whereabouts,
  { paint }: Pick<Output, 'paint'>,
): string[] {
  const asked = steps.flatMap(({ id, sentence, waitsFor }) =>
    waitsFor.flatMap((waits) => {
      const command = commandFor(waits, where)
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

function commandFor(waits: WaitsFor, where: Whereabouts): string | undefined {
  switch (waits.kind) {
    case 'interaction':
      return commandThatAnswers({ ...waits, kind: waits.asks }, where)
    case 'person': {
      const { interactionId } = waits
      if (interactionId === undefined) return undefined
      return commandThatAnswers({ kind: 'escalation', interactionId }, where)
    }
    default:
      return undefined
  }
}
