import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { Command } from 'commander'

/** What a subcommand is: its file says which options it has, and is read when it is asked for. */
interface Definition {
  readonly name: string
  readonly description: string
  load(): Promise<(command: Command) => unknown>
}

const definitions: readonly Definition[] = [
  {
    name: 'serve',
    description: 'Starts the service, with the settings of the environment and of .env.',
    load: async () => (await import('./serve.ts')).defineServe,
  },
  {
    name: 'run',
    description: 'Runs a workflow or a list of sentences, and shows it to its end.',
    load: async () => (await import('./run.ts')).defineRun,
  },
  {
    name: 'plan',
    description: 'Shows what a workflow would run, and its faults at their places; starts nothing.',
    load: async () => (await import('./plan.ts')).definePlan,
  },
  {
    name: 'follow',
    description: 'Shows a session, as it happens or happened, to its end.',
    load: async () => (await import('./follow.ts')).defineFollow,
  },
  {
    name: 'worker',
    description: 'Takes the commands that a queue asks for, and runs them on this machine.',
    load: async () => (await import('./worker.ts')).defineWorker,
  },
  {
    name: 'mcp',
    description: 'Lets AI agents use a Stepstream service, over the Model Context Protocol.',
    load: async () => (await import('./mcp.ts')).defineMcp,
  },
  {
    name: 'export',
    description: 'Writes everything in the store that DATABASE_URL or DATA_DIR name to a file.',
    load: async () => (await import('./export.ts')).defineExport,
  },
  {
    name: 'import',
    description: 'Fills the empty store that DATABASE_URL or DATA_DIR name with an export.',
    load: async () => (await import('./import.ts')).defineImport,
  },
]

// All that is imported from here on was compiled by an earlier start.
enableCompileCache()

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }

const program = new Command('stepstream')
  .description('Post a list of steps, get a session id at once, follow what happens.')
  .version(version)
  .helpCommand('help [command]', 'says how a command is used')
  // An option behind a subcommand is the subcommand's, also where both have one of that name.
  .enablePositionalOptions()
  // 1 is for what failed, 2 for what was called wrongly.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .hook('preSubcommand', async (_program, command) => {
    const definition = definitions.find(({ name }) => name === command.name())
    const define = await definition?.load()
    define?.(command)
  })

for (const { name, description } of definitions) {
  program.command(name).description(description).version(version).allowExcessArguments(false)
}

const [first, ...rest] = process.argv.slice(2)
// The options of a subcommand are known once it is asked for.
const args = first === 'help' ? [...rest, '--help'] : process.argv.slice(2)
await program.parseAsync(args, { from: 'user' })
