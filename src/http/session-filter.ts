import { z } from 'zod'
import { labelKeyPattern, MAX_LABELS } from '../plan/marks.ts'
import { type SessionStatus, sessionStatuses } from '../session/status.ts'
import type { Label, ListFilter } from '../store/types.ts'

const time = z.iso.datetime({ offset: true })

/** A text, or several: as a query has them, and as a body may. */
const texts = z.union([z.string(), z.array(z.string())])

/** Which sessions: what a list and what acts on many take alike. */
export const sessionFilterFields = {
  status: texts.optional().describe('One or more statuses, separated by commas'),
  name: z.string().optional(),
  workflow: z.string().optional().describe('The name of a saved workflow'),
  label: texts
    .optional()
    .describe('`key:value`; given several times, up to 20, sessions must have all of them'),
  batch: z.string().optional().describe('Those started by a batch, by its id'),
  schedule: z.string().optional().describe('Those started by a schedule, by its id'),
  hook: z.string().optional().describe('Those started by a hook, by its id'),
  parent: z.string().optional().describe('Those started by a step of a session, by its id'),
  createdAfter: time.optional(),
  createdBefore: time.optional(),
}

const sessionFilterSchema = z.strictObject(sessionFilterFields)

type SessionFilter = z.output<typeof sessionFilterSchema>

/** Says what is wrong with a field of a filter. */
export type RefuseField = (field: keyof SessionFilter, message: string) => never

/** @param refuse called for a field whose value no session can have */
export function readSessionFilter(
  {
    status,
    name,
    workflow,
    label,
    createdAfter,
    createdBefore,
    parent: session,
    ...starters
  }: SessionFilter,
  tenant: string,
  refuse: RefuseField,
): Omit<ListFilter, 'limit'> {
  const startedBy = { ...starters, ...(session === undefined ? {} : { session }) }
  const texts = Object.entries({ name, workflow, label, ...starters, parent: session }).flatMap(
    ([field, given = []]) =>
      listOf(given).map((text) => ({ field: field as keyof SessionFilter, text })),
  )
  for (const { field, text } of texts) {
    // No session has such a text, and some stores refuse to look for it.
    if (!isCleanText(text)) refuse(field, 'has a NUL character or a lone surrogate')
  }
  return {
    tenant,
    ...(name === undefined ? {} : { name }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(status === undefined ? {} : { status: readStatuses(listOf(status), refuse) }),
    ...(label === undefined ? {} : { labels: readLabels(listOf(label), refuse) }),
    ...(Object.keys(startedBy).length === 0 ? {} : { startedBy }),
    ...(createdAfter === undefined ? {} : { createdAfter: Date.parse(createdAfter) }),
    ...(createdBefore === undefined ? {} : { createdBefore: Date.parse(createdBefore) }),
  }
}

function readStatuses(texts: readonly string[], refuse: RefuseField): SessionStatus[] {
  return texts.flatMap((text) =>
    text.split(',').map((status) => {
      if ((sessionStatuses as readonly string[]).includes(status)) return status as SessionStatus
      return refuse(
        'status',
        `${status.toWellFormed().slice(0, 40)} is none of ${sessionStatuses.join(', ')}`,
      )
    }),
  )
}

function readLabels(texts: readonly string[], refuse: RefuseField): Label[] {
  if (texts.length > MAX_LABELS) return refuse('label', `up to ${MAX_LABELS} can be asked for`)
  return texts.map((text) => {
    const colon = text.indexOf(':')
    const label = { key: text.slice(0, Math.max(colon, 0)), value: text.slice(colon + 1) }
    if (labelKeyPattern.test(label.key)) return label
    return refuse('label', `${text.slice(0, 80).toWellFormed()} is not key:value, such as env:prod`)
  })
}

function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function listOf(texts: string | readonly string[]): readonly string[] {
  return typeof texts === 'string' ? [texts] : texts
}
