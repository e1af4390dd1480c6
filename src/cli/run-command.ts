import { existsSync } from 'node:fs'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { StepstreamError } from '../errors.ts'
import { isConnectionFault } from '../store/postgres/faults.ts'
import { StoreOpenError } from '../store/store-open-error.ts'
import { TransferError } from '../store/transfer/transfer-error.ts'

/** Raised when the command line itself is wrong. */
export class UsageError extends Error {}

export interface Command<Options extends ParseArgsOptionsConfig> {
  readonly name: string
  readonly usage: string
  readonly options: Options
  run(
    values: ReturnType<typeof parseArgs<{ options: Options }>>['values'],
    config: Config,
  ): Promise<void>
}

/**
 * Runs a command with the settings of the environment and of `.env`, as the service reads them.
 * Exits with 0, with 1 when it failed, and with 2 when it was called wrongly.
 */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Promise<void> {
  try {
    const { values } = parseArgs({ options: command.options })
    if (existsSync('.env')) process.loadEnvFile()
    await command.run(values, readConfig(process.env))
  } catch (error) {
    if (isUsageFault(error)) {
      tell(`${command.name}: ${error.message}\n\n${command.usage}`)
      process.exitCode = 2
      return
    }
    if (!isForTheOperator(error)) throw error
    tell(`${command.name} failed: ${describe(error)}`)
    process.exitCode = 1
  }
}

/** Writes to standard error: standard output is for data. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

function isUsageFault(error: unknown): error is Error {
  return error instanceof UsageError || /^ERR_PARSE_ARGS_/.test(codeOf(error) ?? '')
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
