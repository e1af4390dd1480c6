import type { Stepstream } from '../../src/client/index.ts'

/** What the types let pass, and what they refuse. Never called: `npm run types` holds what is said here. */
export async function misuse({ start, api, answer, follow }: Stepstream): Promise<void> {
  await start(['Wait 1 second', { uses: 'wait', with: { for: '1s' } }])
  await start('nightly', { version: 3, inputs: { url: 'https://example.com' } })
  // @ts-expect-error a step is a sentence or says what it uses
  await start([{ id: 'first' }])
  // @ts-expect-error a workflow has no such field
  await start({ name: 'nightly', steps: ['Wait 1 second'], stepz: [] })
  // @ts-expect-error there are four words for it
  await start({ steps: ['Wait 1 second'], onFailure: 'ignore' })
  // @ts-expect-error labels are texts
  await start('nightly', { labels: { priority: 1 } })
  // @ts-expect-error there is no such route
  await api.GET('/v1/session')
  // @ts-expect-error the id is missing
  await api.GET('/v1/sessions/{id}')
  // @ts-expect-error a key has a name
  await api.POST('/v1/keys', { body: { scopes: ['read'] } })
  // @ts-expect-error nobody decides so
  await answer('int_1', { decision: 'perhaps' })
  // @ts-expect-error there is no such type of event
  follow('ses_1', { types: ['step.exploded'] })
}
