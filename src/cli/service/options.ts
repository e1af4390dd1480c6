import { type Command, InvalidArgumentError, Option } from 'commander'

/** Where a service listens unless it is told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:8080'

/** Where the service is, for what is a client of it. */
export function urlOption(): Option {
  return new Option('--url <url>', 'where the service is')
    .env('STEPSTREAM_URL')
    .default(DEFAULT_URL)
    .argParser(readUrl)
}

/** What another command needs to get to the same service: ` --url …`, or nothing where it goes there by itself. */
export function optionFor(url: string): string {
  const byItself = process.env['STEPSTREAM_URL']?.replace(/\/+$/, '') ?? DEFAULT_URL
  return url === byItself ? '' : ` --url ${url}`
}

/** The key to act with. Read it with {@link keyOf}. */
export function keyOption(description: string): Option {
  return new Option('--key <key>', description).env('STEPSTREAM_KEY')
}

/**
 * The key that was given, if one was. Checked here, since what a parser of the option refuses is quoted, as
 * is what `fetch` refuses as a header. Ends the process where it cannot be one.
 */
export function keyOf(command: Command): string | undefined {
  const { key } = command.opts<{ key?: string }>()
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    command.error('error: a key has only visible ASCII characters, and this one has others')
  }
  return key
}

export function readUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '')
  throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:8080.')
}
