import { type Command, Option } from 'commander'
import type { components } from '../../client/index.ts'
import { addOutputOptions, outputOf } from '../output/output.ts'
import { printOne } from '../output/print-one.ts'
import { fromNow } from '../output/times.ts'
import { readCount, readId, readPair } from '../service/arguments.ts'
import { addServiceOptions, calling } from '../service/calling.ts'
import { inputValues } from '../service/changes.ts'
import { readDocument } from '../service/read-document.ts'
import { unwrap } from '../service/unwrap.ts'

type Body = components['schemas']['ScheduleBody']

interface Options {
  readonly name?: string
  readonly cron?: string
  readonly every?: string
  readonly at?: string
  readonly timeZone?: string
  readonly startsAt?: string
  readonly endsAt?: string
  readonly maxRuns?: number
  readonly overlap?: NonNullable<Body['overlap']>
  readonly paused?: true
  readonly workflow?: string
  readonly version?: number
  readonly input?: Readonly<Record<string, string>>
  readonly label?: Record<string, string>
}

/** `stepstream schedules create`: of a file, of options, or of a file with what the options change. */
export function defineCreate(command: Command): void {
  command
    .argument('[file]', 'the schedule as YAML or JSON; - is standard input')
    .option('-w, --workflow <name>', 'the saved workflow it starts', readId)
    .option('--version <number>', 'of the saved workflow, not the current one', readCount)
    .option('--cron <fields>', 'when it fires: "0 9 * * 1-5"')
    .option('--every <duration>', 'when it fires: 15m')
    .option('--at <time>', 'when it fires: once')
    .option('--time-zone <name>', 'the zone that --cron and --at are read in, as Europe/Berlin')
    .option('--name <name>', 'what people see')
    .option('-i, --input <name=value>', 'a value of an input: JSON, else a text', readPair)
    .option('-l, --label <key=value>', 'of its sessions', readPair)
    .addOption(
      new Option('--overlap <rule>', 'when one of its sessions is unfinished').choices([
        'skip',
        'queue',
        'cancel_previous',
        'allow',
      ]),
    )
    .option('--starts-at <time>', 'nothing fires before')
    .option('--ends-at <time>', 'nothing fires then or later')
    .option('--max-runs <number>', 'how many sessions it starts in all', readCount)
    .option('--paused', 'made, but not begun')
  addOutputOptions(addServiceOptions(command)).action((file: string | undefined) =>
    calling<Options>(command, async ({ service, options }) => {
      if (file === undefined && options.workflow === undefined) {
        command.error('error: give a file, or the name of a saved workflow with --workflow')
      }
      const written = file === undefined ? {} : await readDocument(command, file)
      const body = { ...(written as object), ...fieldsOf(options) } as Body
      const made = await unwrap(service.api.POST('/v1/schedules', { body }))
      const output = outputOf(command)
      const next = output.form === 'table' ? fromNow(made.nextAt) : made.nextAt
      printOne(output, { json: made, id: made.scheduleId, about: [made.status, next] })
    }),
  )
}

function fieldsOf({ input, label, ...options }: Options): Partial<Body> {
  const names = [
    'name',
    'cron',
    'every',
    'at',
    'timeZone',
    'startsAt',
    'endsAt',
    'maxRuns',
    'overlap',
    'paused',
    'workflow',
    'version',
  ] as const
  return {
    ...Object.fromEntries(
      names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
    ),
    ...(input === undefined ? {} : { inputs: inputValues(input) }),
    ...(label === undefined ? {} : { labels: label }),
  }
}
