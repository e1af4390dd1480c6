import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import type { End } from '../store/transfer/entries.ts'
import { exportStore } from '../store/transfer/export-store.ts'
import { TransferError } from '../store/transfer/transfer-error.ts'
import { createProgress, tellSummary } from './report.ts'
import { runCommand } from './run-command.ts'
import { openSource } from './transfer-stores.ts'

/** `stepstream export`: everything in a store as one file. */
export function defineExport(command: Command): void {
  command
    .option('--to <file>', 'the file to write, which must be new; standard output if not given')
    .action(({ to }: { to?: string }) => runCommand('export', (config) => write(to, config)))
}

async function write(to: string | undefined, config: Config): Promise<void> {
  await using opened = await openSource(config)
  let end: End | undefined
  const lines = exportStore({
    ...opened,
    now: Date.now(),
    onProgress: createProgress('exported'),
    onEnd: (reached) => {
      end = reached
    },
  })
  await (to === undefined
    ? pipeline(lines, process.stdout as Writable, { end: false })
    : writeFile(to, lines))
  if (end !== undefined) tellSummary('exported', end)
}

/** Durable when it resolves; nothing is left when it fails. */
async function writeFile(to: string, lines: AsyncIterable<string>): Promise<void> {
  try {
    // For its owner only: it holds all that the store holds.
    await pipeline(lines, createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new TransferError(`There is a file ${to} already.`, error)
    }
    await rm(to, { force: true })
    throw error
  }
}
