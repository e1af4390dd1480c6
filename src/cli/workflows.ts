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
import { expectDone, unwrap } from './service/unwrap.ts'
import { defineRestore, defineSave } from './workflows/save.ts'

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
          aboutOf: () => ['removed'],
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
