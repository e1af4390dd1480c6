import type { Command } from 'commander'
import type { components } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import { addOutputOptions, outputOf } from '../output/output.ts'
import { printOne } from '../output/print-one.ts'
import { readCount, readId } from '../service/arguments.ts'
import { addServiceOptions, calling } from '../service/calling.ts'
import { readDocument } from '../service/read-document.ts'
import { tell } from '../service/tell-fault.ts'
import { unwrap } from '../service/unwrap.ts'

type Schemas = components['schemas']

interface SaveOptions {
  readonly name?: string
  readonly ifVersion?: number
  readonly new?: true
}

/** `stepstream workflows save`: a version more, unless nothing has changed. */
export function defineSave(command: Command): void {
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

/** `stepstream workflows restore`: a version more, with the content of an old one. */
export function defineRestore(command: Command): void {
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

function report(command: Command, saved: Schemas['WorkflowSaved']): void {
  printOne(outputOf(command), { json: saved, id: saved.name, about: [saved.version] })
}
