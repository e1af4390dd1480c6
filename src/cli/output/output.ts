import { styleText } from 'node:util'
import { type Command, Option } from 'commander'

/**
 * Who reads: people at a terminal, programs line by line (tabs between the fields), programs that take
 * JSON, or whoever wants ids alone.
 */
export type Form = 'table' | 'lines' | 'json' | 'quiet'

export type Style = Parameters<typeof styleText>[0]

/** Where the result of a subcommand goes. */
export interface Output {
  readonly form: Form
  /** How wide the terminal is, in columns; unbounded where there is none. */
  readonly width: number
  /** Colours a text where the reader sees colours. */
  paint(style: Style, text: string): string
  write(text: string): void
}

/** Gives a subcommand `--json` and `--quiet`. Read them with {@link outputOf}. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option('--json', 'write what the API answers, as JSON').conflicts('quiet'))
    .addOption(new Option('-q, --quiet', 'write ids alone, one on each line'))
}

/** Standard output, in the form that the options and the reader ask for. */
export function outputOf(command: Command): Output {
  const { json, quiet } = command.opts<{ json?: true; quiet?: true }>()
  const { stdout } = process
  leaveQuietly()
  return {
    form: json ? 'json' : quiet ? 'quiet' : stdout.isTTY ? 'table' : 'lines',
    width: stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    paint: (style, text) => (stdout.isTTY ? styleText(style, text, { stream: stdout }) : text),
    write: (text) => void stdout.write(text),
  }
}

/** Whoever reads may have had enough, as `head` has: that is no fault. */
function leaveQuietly(): void {
  if (process.stdout.listeners('error').includes(onFault)) return
  process.stdout.on('error', onFault)
}

function onFault(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}
