import { existsSync } from 'node:fs'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { StepstreamError } from '../errors.ts'
import { isConnectionFault } from '../store/postgres/faults.ts'
import { StoreOpenError } from '../store/store-open-error.ts'
import { TransferError } from '../store/transfer/transfer-error.ts'

/**
 * Runs a command with the settings of the environment and of `.env`, as the service reads them.
 * The process exits with 1 when it fails.
 */
export async function runCommand(
  name: string,
  run: (config: Config) => Promise<void>,
): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile()
    await run(readConfig(process.env))
  } catch (error) {
    if (!isForTheOperator(error)) throw error
    tell(`${name} failed: ${describe(error)}`)
    process.exitCode = 1
  }
}

/** Writes to standard error: standard output is for data. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Faults of settings, stores, files, disks and networks; the rest are ours, with their stack. */
function isForTheOperator(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof StoreOpenError ||
    error instanceof TransferError ||
    error instanceof StepstreamError ||
    isConnectionFault(error) ||
    codeOf(error) !== undefined
  )
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** With the cause, where the message is meant for those who call over HTTP. */
function describe(error: Error): string {
  const text = error.message || codeOf(error) || error.name
  if (!(error instanceof StepstreamError && error.cause instanceof Error)) return text
  return `${text} (${error.cause.message || codeOf(error.cause)})`
}
