import { existsSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { ConfigError, readConfig } from '../config.ts'
import { listen } from '../http/listen.ts'
import { StoreOpenError } from '../store/store-open-error.ts'
import { buildService } from './embedded/build-service.ts'
import { builtDashboard, packageVersion } from './embedded/installed.ts'
import { greetingOf } from './greeting.ts'
import { describeListenFault } from './listen-fault.ts'
import { onStopSignals } from './stop-signals.ts'

/** Runs the service in this process until a signal ends it; the process exits with 1 where it cannot start. */
export async function serveService(): Promise<void> {
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
  const app = await buildService({
    config,
    onKeyMade: (secret) =>
      process.stderr.write(`\nThe key of this service, shown this once:\n\n  ${secret}\n\n`),
  })
  onSignals(() => app.close())
  const url = await listen(app, { host: config.HOST, port: config.PORT })
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
