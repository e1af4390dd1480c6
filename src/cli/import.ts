import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { importStore } from '../store/transfer/import-store.ts'
import { createProgress, tellSummary } from './report.ts'
import { runCommand, tell } from './run-command.ts'
import { openTarget } from './transfer-stores.ts'

/** `stepstream import`: fills an empty store with an export. */
export function defineImport(command: Command): void {
  command
    .option('--from <file>', 'the file to read; standard input if not given')
    .action(async ({ from }: { from?: string }) => {
      if (from === undefined && process.stdin.isTTY) {
        command.error('error: name a file by --from, or send an export to standard input')
      }
      await runCommand('import', (config) => read(from, config))
    })
}

async function read(from: string | undefined, config: Config): Promise<void> {
  const chunks = from === undefined ? process.stdin : await readFile(from)
  await using opened = await openTarget(config)
  const end = await importStore({
    ...opened,
    chunks,
    onProgress: createProgress('imported'),
    onVerify: () => tell('reading everything back'),
  })
  tellSummary('imported and read back', end)
}

/** Opened before the store, so that a wrong name makes none. */
async function readFile(from: string): Promise<AsyncIterable<Uint8Array>> {
  const file = createReadStream(from)
  await once(file, 'open')
  return file
}
