import { expectTypeOf, test } from 'vitest'
import type { Event, Session, Stepstream } from '../../src/client/index.ts'

test('an event is told apart by its type', () => {
  expectTypeOf<
    Extract<Event, { type: 'step.completed' }>['data']['durationMs']
  >().toEqualTypeOf<number>()
  // Whatever a step puts out, not only what is kept as an artifact.
  expectTypeOf<
    Extract<Event, { type: 'step.completed' }>['data']['output']
  >().toEqualTypeOf<unknown>()
  expectTypeOf<Event['seq']>().toEqualTypeOf<number>()
  expectTypeOf<Session['status']>().not.toEqualTypeOf<string>()
})

test('a follower of some types sees these, and the end', () => {
  type Followed = Parameters<typeof take>[0]
  const take = (event: Awaited<ReturnType<typeof next>>) => event
  const next = ({ follow }: Stepstream) =>
    firstOf(follow('ses_1', { types: ['step.retrying', 'variable.*'] }))
  expectTypeOf<Followed['type']>().toEqualTypeOf<
    | 'step.retrying'
    | 'variable.updated'
    | 'session.completed'
    | 'session.failed'
    | 'session.cancelled'
  >()
})

async function firstOf<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item
  throw new Error('there is none')
}
