import type { Command } from 'commander'
import { stringify } from 'yaml'
import type { components } from '../client/index.ts'
import { oneLine, outputLines } from '../session/line-text.ts'
import { addOutputOptions, outputOf } from './output/output.ts'
import { printJson, printList } from './output/print-list.ts'
import type { Column } from './output/table.ts'
import { fromNow } from './output/times.ts'
import { readCount, readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { forEachId } from './service/for-each-id.ts'
import { addPageOptions, type PageOptions, pages } from './service/pages.ts'
import { readDocument } from './service/read-document.ts'
import { tell } from './service/tell-fault.ts'
import { expectDone, unwrap } from './service/unwrap.ts'

type Schemas = components['schemas']

/** `stepstream workflows`: what is saved under a name, with all its versions. */
export function defineWorkflows(command: Command): void {
  defineLs(command.command('ls').description('Lists the saved workflows.'))
  defineGet(command.command('get').description('Writes a saved workflow as YAML.'))
  defineSave(command.command('save').description('Saves a workflow; each change is a version.'))
  defineRm(command.command('rm').description('Removes saved workflows with all their versions.'))
  defineVersions(command.command('versions').description('Lists the versions of a workflow.'))
  defineRestore(
    command.command('restore').description('Makes an old version the newest one again.'),
  )
}

function defineLs(command: Command): void {
  addOutputOptions(addServiceOptions(addPageOptions(command))).action(() =>
    calling<PageOptions>(command, ({ service, options }) => {
      const workflows = pages(options, async (query) => {
        const { workflows, next } = await unwrap(
          service.api.GET('/v1/workflows', { params: { query } }),
        )
        return { items: workflows, next }
      })
      return printList(outputOf(command), workflows, {
        columns: listColumns,
        idOf: ({ name }) => oneLine(name),
        none: 'No saved workflows. Save one with stepstream workflows save FILE.',
      })
    }),
  )
}

const listColumns: readonly Column<Schemas['WorkflowListing']>[] = [
  { title: 'NAME', text: ({ name }) => name },
  { title: 'VERSION', text: ({ version }) => version },
  { title: 'STEPS', text: ({ totalSteps }) => totalSteps },
  {
    title: 'UPDATED',
    text: ({ updatedAt }) => fromNow(updatedAt),
    plain: ({ updatedAt }) => updatedAt,
  },
  { title: 'DESCRIPTION', text: ({ description }) => description, gives: true },
]

function defineGet(command: Command): void {
  command
    .argument('<workflow>', 'the name of a saved workflow', readId)
    .option('--version <number>', 'this version, not the current one', readCount)
  addOutputOptions(addServiceOptions(command)).action((name: string) =>
    calling<{ version?: number }>(command, async ({ service, options: { version } }) => {
      const saved = await unwrap(
        version === undefined
          ? service.api.GET('/v1/workflows/{name}', { params: { path: { name } } })
          : service.api.GET('/v1/workflows/{name}/versions/{version}', {
              params: { path: { name, version: String(version) } },
            }),
      )
      const output = outputOf(command)
      if (output.form === 'json') printJson(output, saved)
      else if (output.form === 'quiet') output.write(`${oneLine(saved.name)}\n`)
      else {
        const yaml = stringify(saved.definition)
        output.write(output.form === 'table' ? `${outputLines(yaml).join('\n')}\n` : yaml)
      }
    }),
  )
}

interface SaveOptions {
  readonly name?: string
  readonly ifVersion?: number
  readonly new?: true
}

function defineSave(command: Command): void {
  command
    .argument('<file>', 'the workflow as YAML or JSON; - is standard input')
    .option('--name <name>', 'what it is saved as; else its own name', readId)
    .option('--if-version <number>', 'only if this version is the current one', readCount)
    .option('--new', 'only if none of that name is saved')
  addOutputOptions(addServiceOptions(command)).action((file: string) =>
    calling<SaveOptions>(command, async ({ service, options }) => {
      const definition = await readDocument(command, file)
      const name = options.name ?? nameOf(definition)
      if (name === undefined) command.error('error: the workflow has no name; give one with --name')
      const saved = await unwrap(
        service.api.PUT('/v1/workflows/{name}', {
          params: { path: { name }, header: preconditionOf(options) },
          // The service looks at what it is.
          body: definition as Schemas['WorkflowDefinition'],
        }),
      )
      for (const { message } of saved.warnings) tell(`warning: ${oneLine(message)}`)
      report(command, saved)
    }),
  )
}

function nameOf(definition: unknown): string | undefined {
  if (typeof definition !== 'object' || definition === null) return undefined
  const { name } = definition as { name?: unknown }
  return typeof name === 'string' && !/^\.{0,2}$/.test(name) ? name : undefined
}

function preconditionOf({ ifVersion, new: isNew }: SaveOptions) {
  return {
    ...(ifVersion === undefined ? {} : { 'if-match': `"${ifVersion}"` }),
    ...(isNew ? { 'if-none-match': '*' } : {}),
  }
}

function report(command: Command, saved: Schemas['WorkflowSaved']): void {
  const output = outputOf(command)
  const { name, version } = saved
  if (output.form === 'json') printJson(output, saved)
  else if (output.form === 'quiet') output.write(`${oneLine(name)}\n`)
  else output.write(`${oneLine(name)}${output.form === 'lines' ? '\t' : '@'}${version}\n`)
}

function defineRm(command: Command): void {
  command.argument('<workflow...>', 'names of saved workflows; - reads them from standard input')
  addOutputOptions(addServiceOptions(command)).action((names: string[]) =>
    calling(command, ({ service }) =>
      forEachId(
        { command, ids: names, output: outputOf(command) },
        {
          async run(name) {
            const params = { path: { name } }
            await expectDone(service.api.DELETE('/v1/workflows/{name}', { params }))
            return { name, removed: true }
          },
          idOf: ({ name }) => name,
          textOf: () => 'removed',
        },
      ),
    ),
  )
}

function defineVersions(command: Command): void {
  command.argument('<workflow>', 'the name of a saved workflow', readId)
  addOutputOptions(addServiceOptions(addPageOptions(command))).action((name: string) =>
    calling<PageOptions>(command, ({ service, options }) => {
      const versions = pages(options, async (query) => {
        const params = { path: { name }, query }
        const { versions, next } = await unwrap(
          service.api.GET('/v1/workflows/{name}/versions', { params }),
        )
        return { items: versions, next }
      })
      return printList(outputOf(command), versions, {
        columns: versionColumns,
        idOf: ({ version }) => String(version),
        none: 'No versions.',
      })
    }),
  )
}

const versionColumns: readonly Column<Schemas['WorkflowVersionListing']>[] = [
  { title: 'VERSION', text: ({ version }) => version },
  { title: 'STEPS', text: ({ totalSteps }) => totalSteps },
  {
    title: 'CREATED',
    text: ({ createdAt }) => fromNow(createdAt),
    plain: ({ createdAt }) => createdAt,
  },
  { title: 'RESTORED', text: ({ restoredFrom }) => restoredFrom },
  { title: 'DESCRIPTION', text: ({ description }) => description, gives: true },
]

function defineRestore(command: Command): void {
  command
    .argument('<workflow>', 'the name of a saved workflow', readId)
    .argument('<version>', 'the version whose content comes back', readCount)
  addOutputOptions(addServiceOptions(command)).action((name: string, version: number) =>
    calling(command, async ({ service }) => {
      const params = { path: { name, version: String(version) } }
      report(
        command,
        await unwrap(
          service.api.POST('/v1/workflows/{name}/versions/{version}/restore', { params }),
        ),
      )
    }),
  )
}
