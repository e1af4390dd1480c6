import { readFileSync } from 'node:fs'
import { Command } from 'commander'

/** What a subcommand is: its file says which options it has, and is read when it is asked for. */
interface Definition {
  readonly name: string
  readonly description: string
  /** Whether it is for programs and not listed. */
  readonly hidden?: true
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
  {
    name: 'ls',
    description: 'Lists sessions, the newest first.',
    load: async () => (await import('./ls.ts')).defineLs,
  },
  {
    name: 'get',
    description: 'Shows a session: how it is, its steps, and what it waits for.',
    load: async () => (await import('./get.ts')).defineGet,
  },
  {
    name: 'pause',
    description: 'Has sessions begin nothing new until they are resumed.',
    load: async () => (await import('./control.ts')).definePause,
  },
  {
    name: 'resume',
    description: 'Has paused sessions go on.',
    load: async () => (await import('./control.ts')).defineResume,
  },
  {
    name: 'cancel',
    description: 'Ends sessions where they are.',
    load: async () => (await import('./control.ts')).defineCancel,
  },
  {
    name: 'retry',
    description: 'Runs ended sessions again from where they failed, or a step once more.',
    load: async () => (await import('./retry.ts')).defineRetry,
  },
  {
    name: 'fork',
    description: 'Starts a session that keeps what another one did before a step.',
    load: async () => (await import('./fork.ts')).defineFork,
  },
  {
    name: 'answer',
    description: 'Answers what sessions ask for, or lists what waits for an answer.',
    load: async () => (await import('./answer.ts')).defineAnswer,
  },
  {
    name: 'signal',
    description: 'Sends a signal to a session that waits for it.',
    load: async () => (await import('./signal.ts')).defineSignal,
  },
  {
    name: 'workflows',
    description: 'Saved workflows: list, show, save, restore.',
    load: async () => (await import('./workflows.ts')).defineWorkflows,
  },
  {
    name: 'schedules',
    description: 'Schedules: list, create, pause, trigger.',
    load: async () => (await import('./schedules.ts')).defineSchedules,
  },
  {
    name: 'keys',
    description: 'Keys of the service: list, create, rotate, revoke.',
    load: async () => (await import('./keys.ts')).defineKeys,
  },
  {
    name: 'workers',
    description: 'Lists the workers that are there, and what they have.',
    load: async () => (await import('./workers.ts')).defineWorkers,
  },
  {
    name: 'executors',
    description: 'Lists the kinds of step that there are.',
    load: async () => (await import('./executors.ts')).defineExecutors,
  },
  {
    name: 'doctor',
    description: 'Checks what the service needs, and says what to do.',
    load: async () => (await import('./doctor.ts')).defineDoctor,
  },
  {
    name: 'completion',
    description: 'Writes a script that has a shell complete commands, ids and names.',
    load: async () => (await import('./completion.ts')).defineCompletion,
  },
  {
    name: 'complete',
    description: 'Answers what could be typed next, for the scripts of shells.',
    hidden: true,
    load: async () => (await import('./complete.ts')).completing(define),
  },
]

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
  .hook('preSubcommand', (_program, command) => define(command))

for (const { name, description, hidden = false } of definitions) {
  const command = program.command(name, { hidden })
  command.description(description).version(version).allowExcessArguments(false)
}

const [first, ...rest] = process.argv.slice(2)
// The options of a subcommand are known once it is asked for.
const args = first === 'help' ? [...rest, '--help'] : process.argv.slice(2)
await program.parseAsync(args, { from: 'user' })

/** Gives a subcommand of the program its options; those that are below others have theirs then. */
async function define(command: Command): Promise<void> {
  if (command.parent !== program) return
  const definition = definitions.find(({ name }) => name === command.name())
  const defineOptions = await definition?.load()
  defineOptions?.(command)
}
