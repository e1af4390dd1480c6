import { type Command, Option } from 'commander'
import { readCount } from './arguments.ts'

/** As much as the service gives at once. */
const LARGEST_PAGE = 100

const DEFAULT_LIMIT = 20

export interface PageOptions {
  readonly limit: number
  readonly all?: true
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** Gives a subcommand that lists `--limit` and `--all`. */
export function addPageOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-n, --limit <number>', 'how many to list, the newest first')
        .argParser(readCount)
        .default(DEFAULT_LIMIT)
        .conflicts('all'),
    )
    .addOption(new Option('--all', 'list all there are'))
}

/** As many as the options ask for, page by page, each asked for when the one before is used up. */
export async function* pages<Item>(
  { limit, all }: PageOptions,
  ask: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  let left = all ? Number.POSITIVE_INFINITY : limit
  let next: string | null | undefined
  while (left > 0 && next !== null) {
    const query = { limit: Math.min(left, LARGEST_PAGE) }
    const page = await ask(next === undefined ? query : { ...query, cursor: next })
    yield* page.items
    left -= page.items.length
    next = page.next
  }
}
