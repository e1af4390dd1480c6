import type { Command } from 'commander'
import type { components } from '../client/index.ts'
import { addOutputOptions, outputOf } from './output/output.ts'
import { printList } from './output/print-list.ts'
import { styleOfStatus } from './output/status-style.ts'
import type { Column } from './output/table.ts'
import { fromNow, msBetween, spanText } from './output/times.ts'
import { collect, readTime } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { addPageOptions, type PageOptions, pages } from './service/pages.ts'
import { unwrap } from './service/unwrap.ts'

type Listed = components['schemas']['SessionListing']

interface Options extends PageOptions {
  readonly status?: string[]
  readonly name?: string
  readonly workflow?: string
  readonly label?: string[]
  readonly batch?: string
  readonly schedule?: string
  readonly hook?: string
  readonly parent?: string
  readonly since?: string
  readonly before?: string
}

/** `stepstream ls`: the sessions, newest first. */
export function defineLs(command: Command): void {
  command
    .option('-s, --status <status>', 'only these; several with commas', collect)
    .option('-w, --workflow <name>', 'those of a saved workflow')
    .option('--name <name>', 'those that are called so')
    .option(
      '-l, --label <key=value>',
      'those with the label; given again, with all of them',
      collect,
    )
    .option('--since <time>', 'created since then, or in the time until now, as 2h', readTime)
    .option('--before <time>', 'created before then, or longer ago', readTime)
    .option('--batch <id>', 'those that a batch started')
    .option('--schedule <id>', 'those that a schedule started')
    .option('--hook <id>', 'those that a hook started')
    .option('--parent <id>', 'those that a step of a session started')
  addOutputOptions(addServiceOptions(addPageOptions(command))).action(() =>
    calling<Options>(command, async ({ service, options }) => {
      const filter = filterOf(options)
      const sessions = pages(options, async (page) => {
        const params = { query: { ...filter, ...page } }
        const { sessions, next } = await unwrap(service.api.GET('/v1/sessions', { params }))
        return { items: sessions, next }
      })
      await printList(outputOf(command), sessions, {
        columns: columns(),
        idOf: ({ sessionId }) => sessionId,
        none: 'No sessions. Start one with stepstream run.',
      })
    }),
  )
}

function filterOf({ since, before, label, ...options }: Options) {
  const { status, name, workflow, batch, schedule, hook, parent } = options
  const given = {
    status,
    name,
    workflow,
    // As people write it, and as the API has it.
    label: label?.map((pair) => pair.replace(/^([^=:]+)=/, '$1:')),
    batch,
    schedule,
    hook,
    parent,
    createdAfter: since,
    createdBefore: before,
  }
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<{ [Key in keyof typeof given]: NonNullable<(typeof given)[Key]> }>
}

function columns(): Column<Listed>[] {
  return [
    { title: 'SESSION', text: ({ sessionId }) => sessionId },
    {
      title: 'STATUS',
      text: ({ status }) => status,
      style: ({ status }) => styleOfStatus(status),
    },
    { title: 'STEPS', text: ({ totalSteps }) => totalSteps },
    {
      title: 'CREATED',
      text: ({ createdAt }) => fromNow(createdAt),
      plain: ({ createdAt }) => createdAt,
    },
    {
      title: 'TOOK',
      text: ({ createdAt, endedAt }) => spanText(msBetween(createdAt, endedAt)),
      plain: ({ createdAt, endedAt }) => msBetween(createdAt, endedAt),
    },
    {
      title: 'WORKFLOW',
      text: ({ workflow }) => workflow && `${workflow.name}@${workflow.version}`,
      gives: true,
    },
    { title: 'TITLE', text: ({ title }) => title, gives: true },
    {
      title: 'LABELS',
      text: ({ labels = {} }) =>
        Object.entries(labels)
          .map((pair) => pair.join('='))
          .join(','),
      gives: true,
    },
  ]
}
