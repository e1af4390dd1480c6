import { type Command, Option } from 'commander'
import type { components } from '../client/index.ts'
import { oneLine } from '../session/line-text.ts'
import { addOutputOptions, outputOf } from './output/output.ts'
import { printJson, printList } from './output/print-list.ts'
import { styleOfStatus } from './output/status-style.ts'
import type { Column } from './output/table.ts'
import { fromNow } from './output/times.ts'
import { collect, readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { forEachId } from './service/for-each-id.ts'
import { addPageOptions, type PageOptions, pages } from './service/pages.ts'
import { tell } from './service/tell-fault.ts'
import { expectDone, unwrap } from './service/unwrap.ts'

type Schemas = components['schemas']
type Scope = Schemas['Key']['scopes'][number]

const scopes: readonly Scope[] = ['read', 'run', 'control', 'answer', 'work', 'admin']

interface TenantOption {
  readonly tenant?: string
}

/** `stepstream keys`: who may do what. All of it needs a key with the scope `admin`. */
export function defineKeys(command: Command): void {
  defineLs(command.command('ls').description('Lists keys, the newest first.'))
  defineCreate(
    command.command('create').description('Makes a key, and writes its secret this once.'),
  )
  defineRotate(
    command.command('rotate').description('Gives a key another secret, and writes it this once.'),
  )
  defineRevoke(command.command('revoke').description('Ends keys for good.'))
}

const columns: readonly Column<Schemas['Key']>[] = [
  { title: 'KEY', text: ({ keyId }) => keyId },
  { title: 'STATUS', text: ({ status }) => status, style: ({ status }) => styleOfStatus(status) },
  { title: 'HINT', text: ({ hint }) => hint },
  { title: 'SCOPES', text: (key) => key.scopes.join(',') },
  { title: 'TENANT', text: ({ tenant }) => tenant },
  {
    title: 'USED',
    text: ({ lastUsedAt }) => fromNow(lastUsedAt),
    plain: ({ lastUsedAt }) => lastUsedAt,
  },
  {
    title: 'EXPIRES',
    text: ({ expiresAt }) => fromNow(expiresAt),
    plain: ({ expiresAt }) => expiresAt,
  },
  { title: 'NAME', text: ({ name }) => name, gives: true },
]

function defineLs(command: Command): void {
  addOptions(addPageOptions(command)).action(() =>
    calling<PageOptions & TenantOption>(command, ({ service, options }) => {
      const keys = pages(options, async (page) => {
        const params = { query: { ...tenantOf(options), ...page } }
        const { keys, next } = await unwrap(service.api.GET('/v1/keys', { params }))
        return { items: keys, next }
      })
      return printList(outputOf(command), keys, {
        columns,
        idOf: ({ keyId }) => keyId,
        none: 'No keys. Make one with stepstream keys create; those of API_KEYS are not listed.',
      })
    }),
  )
}

interface CreateOptions extends TenantOption {
  readonly scope: readonly Scope[]
  readonly queue?: string[]
  readonly expiresIn?: string
  readonly expiresAt?: string
}

function defineCreate(command: Command): void {
  command
    .argument('<name>', 'what people see, also in the audit log')
    .addOption(
      new Option('-s, --scope <scope...>', 'what it may do').choices(scopes).makeOptionMandatory(),
    )
    .option('--queue <name>', 'what work is limited to; given again, several', collect)
    .addOption(
      new Option('--expires-in <duration>', 'when it stops working, as 90d').conflicts('expiresAt'),
    )
    .option('--expires-at <time>', 'the same as a time')
  addOptions(command).action((name: string) =>
    calling<CreateOptions>(command, async ({ service, options }) => {
      const { scope, queue, tenant, expiresIn, expiresAt } = options
      const body = {
        name,
        scopes: [...scope],
        ...(queue === undefined ? {} : { queues: queue }),
        ...(tenant === undefined ? {} : { tenant }),
        ...(expiresIn === undefined ? {} : { expiresIn }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      writeSecret(command, await unwrap(service.api.POST('/v1/keys', { body })))
    }),
  )
}

function defineRotate(command: Command): void {
  command
    .argument('<key>', 'the id of a key', readId)
    .option('--overlap <duration>', 'how long the old secret goes on working, as 1h')
  addOptions(command).action((id: string) =>
    calling<TenantOption & { overlap?: string }>(command, async ({ service, options }) => {
      const { overlap } = options
      const made = await unwrap(
        service.api.POST('/v1/keys/{id}/rotate', {
          params: { path: { id }, query: tenantOf(options) },
          body: overlap === undefined ? null : { overlap },
        }),
      )
      writeSecret(command, made)
    }),
  )
}

/** The secret alone to standard output, so that `$(…)` and `>` take it; what there is to say, beside it. */
function writeSecret(command: Command, made: Schemas['MadeKey']): void {
  const output = outputOf(command)
  if (output.form === 'json') return printJson(output, made)
  output.write(`${oneLine(made.secret)}\n`)
  if (output.form === 'quiet') return
  const { keyId, name, tenant, expiresAt, overlapUntil } = made
  tell(
    oneLine(
      `${keyId} ${name} (${tenant}): ${made.scopes.join(', ')}${expiresAt === null ? '' : `, until ${expiresAt}`}`,
    ),
    ...(overlapUntil === null ? [] : [`The old secret works until ${overlapUntil}.`]),
    'The secret is not shown again: keep it now.',
  )
}

function defineRevoke(command: Command): void {
  command.argument('<key...>', 'ids of keys; - reads them from standard input')
  addOptions(command).action((ids: string[]) =>
    calling<TenantOption>(command, ({ service, options }) =>
      forEachId(
        { command, ids, output: outputOf(command) },
        {
          async run(id) {
            const params = { path: { id }, query: tenantOf(options) }
            await expectDone(service.api.DELETE('/v1/keys/{id}', { params }))
            return { keyId: id, status: 'revoked' }
          },
          idOf: ({ keyId }) => keyId,
          aboutOf: ({ status }) => [status],
        },
      ),
    ),
  )
}

function addOptions(command: Command): Command {
  command.option('--tenant <name>', 'of this tenant, for operators')
  return addOutputOptions(addServiceOptions(command))
}

function tenantOf({ tenant }: TenantOption): { tenant?: string } {
  return tenant === undefined ? {} : { tenant }
}
