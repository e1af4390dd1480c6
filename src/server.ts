import { existsSync, readFileSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onStopSignals } from './cli/stop-signals.ts'
import { ConfigError, readConfig } from './config.ts'
import { StoreOpenError } from './store/store-open-error.ts'

await main()

async function main(): Promise<void> {
  try {
    await serve()
  } catch (error) {
    if (
      !(error instanceof ConfigError || error instanceof StoreOpenError || isListenFault(error))
    ) {
      throw error
    }
    process.stderr.write(`stepstream cannot start: ${error.message}\n`)
    process.exit(1)
  }
}

async function serve(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile()
  const config = readConfig(process.env)
  // All that is imported from here on was compiled by an earlier start: this one takes half the time.
  enableCompileCache()
  const { buildApp } = await import('./app.ts')
  const dashboard = fileURLToPath(new URL('../dist/dashboard', import.meta.url))
  const app = await buildApp({
    config,
    ...(existsSync(join(dashboard, 'index.html')) ? { dashboard } : {}),
    version: packageVersion(),
    platform: { searchPath: process.env['PATH'] ?? '', sendSignal: process.kill.bind(process) },
    onKeyMade: (secret) =>
      process.stderr.write(`\nThe key of this service, shown this once:\n\n  ${secret}\n\n`),
  })
  onSignals(() => app.close())
  await app.listen({ host: config.HOST, port: config.PORT })
  // Not only at an orderly exit, which a crash or `kill -9` would leave out.
  flushCompileCache()
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

function isListenFault(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'listen'
}

function packageVersion(): string {
  const manifest = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
