import { z } from 'zod'
import { fireKinds, type Hook, type HookEntry, hookEventTypes } from '../modules/hooks/types.ts'
import { DEFAULT_TENANT } from '../modules/keys/types.ts'

const time = z.iso.datetime()
const labels = z.record(z.string(), z.string()).optional()

const entrySchema = z
  .object({
    at: time.describe('When it was called, or when the event happened; the first of several'),
    lastAt: time.optional().describe('The last of several'),
    count: z.int().optional().describe('Of how many in a row; absent: of one'),
    kind: z.enum(fireKinds),
    sessionId: z.string().optional().describe('The session that was started'),
    event: z
      .object({ sessionId: z.string(), seq: z.int() })
      .optional()
      .describe('The event it was about, the last of several'),
    message: z.string().optional(),
  })
  .meta({ id: 'HookEntry' })

const listed = {
  hookId: z.string(),
  name: z.string().nullable(),
  status: z.enum(['active', 'paused']),
  workflow: z.string(),
  version: z.int().optional(),
  on: z.object({
    webhook: z
      .object({ secret: z.string().optional(), idempotency: z.string().optional() })
      .optional(),
    events: z
      .object({ types: z.array(z.enum(hookEventTypes)), workflow: z.string().optional(), labels })
      .optional(),
  }),
  runs: z.int().describe('How many sessions it has started'),
  createdAt: time,
}

export const hookListingSchema = z
  .object({ ...listed, last: entrySchema.nullable().describe('What it did last') })
  .meta({ id: 'HookListing' })

export const hookViewSchema = z
  .object({
    ...listed,
    inputs: z.record(z.string(), z.unknown()),
    labels,
    when: z.string().optional(),
    history: z.array(entrySchema).describe('Newest first, the last 50'),
    links: z.object({
      self: z.string(),
      trigger: z.string().optional().describe('Where it is called'),
      sessions: z.string(),
    }),
  })
  .meta({ id: 'Hook' })

export function hookListingView(hook: Hook): z.infer<typeof hookListingSchema> {
  const last = hook.history.at(-1)
  return { ...listedOf(hook), last: last === undefined ? null : entryView(last) }
}

export function hookView(hook: Hook): z.infer<typeof hookViewSchema> {
  const { start, on, when, history } = hook
  const { self, trigger, sessions } = hookLinks(hook)
  return {
    ...listedOf(hook),
    inputs: { ...start.inputs },
    ...(start.labels === undefined ? {} : { labels: { ...start.labels } }),
    ...(when === undefined ? {} : { when }),
    history: history.map(entryView).toReversed(),
    links: { self, ...(on.webhook === undefined ? {} : { trigger }), sessions },
  }
}

export function hookLinks({ id, tenant }: Pick<Hook, 'id' | 'tenant'>) {
  const self = `/v1/hooks/${id}`
  // Whoever calls without a key must say whose it is.
  const whose = tenant === DEFAULT_TENANT ? '' : `?tenant=${tenant}`
  return { self, trigger: `${self}/trigger${whose}`, sessions: `/v1/sessions?hook=${id}` }
}

function listedOf({ id, name, paused, start, on, runs, createdAt }: Hook) {
  return {
    hookId: id,
    name: name ?? null,
    status: paused ? ('paused' as const) : ('active' as const),
    workflow: start.workflow,
    ...(start.version === undefined ? {} : { version: start.version }),
    on: onView(on),
    runs,
    createdAt: iso(createdAt),
  }
}

function onView({ webhook, events }: Hook['on']): z.infer<typeof hookViewSchema>['on'] {
  if (events === undefined) return { webhook: { ...webhook } }
  return {
    events: { ...events, types: [...events.types], labels: events.labels && { ...events.labels } },
  }
}

function entryView({ at, lastAt, ...rest }: HookEntry): z.infer<typeof entrySchema> {
  return { at: iso(at), ...(lastAt === undefined ? {} : { lastAt: iso(lastAt) }), ...rest }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
