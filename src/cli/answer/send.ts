import type { components, Stepstream } from '../../client/index.ts'
import { ProblemError } from '../../client/index.ts'
import type { Result } from '../output/print-one.ts'
import { unwrap } from '../service/unwrap.ts'

type Schemas = components['schemas']

/** What can be said to an interaction: what a person decides, what came of work, a signal’s payload. */
export type Answer =
  | { readonly kind: 'decision'; readonly body: Schemas['Decision'] }
  | { readonly kind: 'result'; readonly body: Schemas['InteractionResult'] }
  | { readonly kind: 'signal'; readonly payload: unknown }

export type Interaction = Schemas['Interaction']

/** Gives an answer to the service. @throws ProblemError */
export async function send(
  service: Stepstream,
  interaction: Pick<Interaction, 'interactionId'> & Partial<Interaction>,
  answer: Answer,
): Promise<Result> {
  const { interactionId: id } = interaction
  switch (answer.kind) {
    case 'decision': {
      const json = await service.answer(id, answer.body)
      return { id, about: [json.decision], json }
    }
    case 'result': {
      const json = await service.answer(id, answer.body)
      return { id, about: [json.status], json }
    }
    case 'signal': {
      const { sessionId = '', signal: name } = interaction
      if (name === undefined) {
        throw new ProblemError(409, undefined, `${id} waits for no signal: say what is decided`)
      }
      const json = await unwrap(
        service.api.POST('/v1/sessions/{id}/signals/{name}', {
          params: { path: { id: sessionId, name } },
          body: { payload: answer.payload },
        }),
      )
      return { id, about: ['signalled', name], json }
    }
  }
}
