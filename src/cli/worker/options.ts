import { hostname } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { monotonicFactory } from 'ulid'
import { parseDuration } from '../../duration.ts'
import { keyOf, keyOption, urlOption } from '../service/options.ts'

export interface WorkerSettings {
  readonly url: string
  readonly key: string | undefined
  readonly queue: string
  readonly workerId: string
  /** Programs that may run, as steps name them. */
  readonly allow: readonly string[]
  readonly workDir: string
  /** How many commands run at once. */
  readonly concurrency: number
  readonly leaseMs: number
  /** How long what runs may finish after the first signal. */
  readonly graceMs: number
  /** How much output of one command is kept, at most. */
  readonly outputLimitBytes: number
}

const MIN_LEASE_MS = 5000
const MAX_LEASE_MS = 600_000
const MAX_CONCURRENCY = 100

/** What `settingsOf` reads. */
export function addOptions(command: Command): Command {
  return command
    .requiredOption('--queue <name>', 'the queue to serve')
    .addOption(
      new Option('--allow <programs>', 'programs that may run, separated by commas')
        .default([], 'none')
        .argParser(toList),
    )
    .addOption(urlOption())
    .addOption(keyOption('a key with the scope work'))
    .addOption(
      new Option('--id <name>', 'what the worker is called').default(
        newWorkerId(),
        'the name of the machine and some letters',
      ),
    )
    .option('--work-dir <folder>', 'the folder that commands run in; made if missing', './work')
    .option('--concurrency <count>', 'how many commands run at once', toConcurrency, 1)
    .addOption(
      new Option(
        '--lease <duration>',
        'how long the service waits for a sign of life before others get the command',
      )
        .default(15_000, '15s')
        .argParser(toLease),
    )
    .addOption(
      new Option(
        '--grace <duration>',
        'how long commands may finish after SIGTERM before they are ended and given back',
      )
        .default(10_000, '10s')
        .argParser(toDuration),
    )
    .option('--output-limit <bytes>', 'how much output of one command is kept', toCount, 1_048_576)
}

/** The options of a command line that was parsed. */
export function settingsOf(command: Command): WorkerSettings {
  const { id, lease, grace, outputLimit, ...rest } = command.opts()
  return {
    ...(rest as Pick<WorkerSettings, 'url' | 'queue' | 'allow' | 'workDir' | 'concurrency'>),
    key: keyOf(command),
    workerId: id,
    leaseMs: lease,
    graceMs: grace,
    outputLimitBytes: outputLimit,
  }
}

/** Another one at each start: a worker that comes back must not go on with what an earlier one has lost. */
function newWorkerId(): string {
  return `${hostname()}-${monotonicFactory()().slice(-10).toLowerCase()}`
}

function toList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

function toCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('Expected a whole number above zero.')
}

function toConcurrency(text: string): number {
  const count = toCount(text)
  if (count <= MAX_CONCURRENCY) return count
  throw new InvalidArgumentError(`Expected ${MAX_CONCURRENCY} at most.`)
}

function toDuration(text: string): number {
  try {
    return parseDuration(text)
  } catch {
    throw new InvalidArgumentError('Expected a duration such as 500ms, 30s or 1h30m.')
  }
}

function toLease(text: string): number {
  const ms = toDuration(text)
  if (ms >= MIN_LEASE_MS && ms <= MAX_LEASE_MS) return ms
  throw new InvalidArgumentError('Expected a duration from 5s to 10m.')
}
