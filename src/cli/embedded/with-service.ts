import type { Command } from 'commander'
import { createStepstream, type Stepstream } from '../../client/index.ts'
import { ConfigError } from '../../config.ts'
import { StoreOpenError } from '../../store/store-open-error.ts'
import { type Line, watchedFetch } from '../live/watched-fetch.ts'
import { DEFAULT_URL, keyOf, keyOption, optionFor, urlOption } from '../service/options.ts'
import { exitCodes, tellFault } from '../service/tell-fault.ts'
import { SAME_MS } from '../stop-signals.ts'
import type { EmbeddedOptions } from './open-embedded.ts'

/** A service that a subcommand can use: one that runs, or one of its own. */
export interface Reached {
  readonly service: Stepstream
  readonly line: Line
  readonly url: string
  /** What another command needs to get there: ` --url …`, or nothing. */
  readonly option: string
  /** Where a service of its own keeps its sessions; undefined: it is another's. */
  readonly embeddedIn: string | undefined
}

/** Gives a subcommand `--url` and `--key`, where no URL means a service of its own. */
export function addOptionalServiceOptions(command: Command): Command {
  const url = urlOption().default(undefined)
  url.description = 'where the service is; without it, one of its own is started'
  return command.addOption(url).addOption(keyOption('a key of the service'))
}

/**
 * Runs what a subcommand does with the service that its options name, or with one of its own, which is
 * stopped in order however that ends. What goes wrong is told on standard error.
 */
export async function withService(
  command: Command,
  embedded: EmbeddedOptions,
  run: (reached: Reached) => Promise<number>,
): Promise<void> {
  const key = keyOf(command)
  const { url } = command.opts<{ url?: string }>()
  try {
    process.exitCode =
      url === undefined ? await withEmbedded(embedded, run) : await toldRun(reach(url, key), run)
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StoreOpenError)) throw error
    const isHeld = error instanceof StoreOpenError && error.message.includes('in use by another')
    const advice = isHeld ? `\nTo run it there: --url, such as ${DEFAULT_URL}` : ''
    process.stderr.write(`error: no service can be started here: ${error.message}${advice}\n`)
    process.exitCode = exitCodes.failed
  }
}

async function withEmbedded(
  options: EmbeddedOptions,
  run: (reached: Reached) => Promise<number>,
): Promise<number> {
  const { openEmbedded } = await import('./open-embedded.ts')
  const embedded = await openEmbedded(options)
  try {
    return await toldRun(reach(embedded.url, embedded.key, embedded.place), run)
  } finally {
    using _ = onImpatience()
    await embedded[Symbol.asyncDispose]()
  }
}

async function toldRun(reached: Reached, run: (reached: Reached) => Promise<number>) {
  try {
    return await run(reached)
  } catch (error) {
    return tellFault(error, reached.url)
  }
}

function reach(url: string, key: string | undefined, embeddedIn?: string): Reached {
  const line: Line = { onChange: () => {} }
  const service = createStepstream({
    baseUrl: url,
    ...(key === undefined ? {} : { key }),
    fetch: watchedFetch(line),
  })
  return { service, line, url, option: optionFor(url), embeddedIn }
}

/** While a service stops in order, a signal ends all at once. */
function onImpatience(): Disposable {
  const since = performance.now()
  const listener = () => {
    if (performance.now() - since > SAME_MS) process.exit(130)
  }
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', listener)
      process.off('SIGTERM', listener)
    },
  }
}
