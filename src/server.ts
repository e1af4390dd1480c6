import { existsSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { buildService } from './cli/embedded/build-service.ts'
import { builtDashboard, packageVersion } from './cli/embedded/installed.ts'
import { greetingOf } from './cli/greeting.ts'
import { describeListenFault } from './cli/listen-fault.ts'
import { onStopSignals } from './cli/stop-signals.ts'
import { ConfigError, readConfig } from './config.ts'
import { StoreOpenError } from './store/store-open-error.ts'

await main()

async function main(): Promise<void> {
  try {
    await serve()
  } catch (error) {
    const isOurs = error instanceof ConfigError || error instanceof StoreOpenError
    const message = isOurs ? error.message : describeListenFault(error)
    if (message === undefined) throw error
    process.stderr.write(`stepstream cannot start: ${message}\n`)
    process.exit(1)
  }
}

async function serve(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile()
  const config = readConfig(withTerminal(process.env))
  // All that is imported from here on was compiled by an earlier start: this one takes half the time.
  enableCompileCache()
  const app = await buildService({
    config,
    onKeyMade: (secret) =>
      process.stderr.write(`\nThe key of this service, shown this once:\n\n  ${secret}\n\n`),
  })
  onSignals(() => app.close())
  const url = await app.listen({ host: config.HOST, port: config.PORT })
  if (config.LOG_FORMAT === 'plain') {
    const greeted = { version: packageVersion(), url, hasDashboard: builtDashboard() !== undefined }
    process.stderr.write(greetingOf(greeted, config))
  }
  // Not only at an orderly exit, which a crash or `kill -9` would leave out.
  flushCompileCache()
}

/** Who reads along at a terminal is no machine. */
function withTerminal(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!process.stdout.isTTY || environment['LOG_FORMAT']) return environment
  return { ...environment, LOG_FORMAT: 'plain' }
}

/** The first signal stops the service in order; a second one at once. */
function onSignals(close: () => Promise<unknown>): void {
  const first = () => {
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stopping failed: ${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  onStopSignals({ first, again: () => process.exit(130) })
}
