import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { importStore } from '../store/transfer/import-store.ts'
import { createProgress, tellSummary } from './report.ts'
import { runCommand, tell, UsageError } from './run-command.ts'
import { openTarget } from './transfer-stores.ts'

await runCommand({
  name: 'import',
  usage: `usage: npm run -s import -- [--from <file>]

Fills the empty store that DATABASE_URL or DATA_DIR name with an export, from a file or from standard input.`,
  options: { from: { type: 'string' } },

  async run({ from }, config) {
    const chunks = from === undefined ? standardInput() : await readFile(from)
    await using opened = await openTarget(config)
    const end = await importStore({
      ...opened,
      chunks,
      onProgress: createProgress('imported'),
      onVerify: () => tell('reading everything back'),
    })
    tellSummary('imported and read back', end)
  },
})

/** Opened before the store, so that a wrong name makes none. */
async function readFile(from: string): Promise<AsyncIterable<Uint8Array>> {
  const file = createReadStream(from)
  await once(file, 'open')
  return file
}

function standardInput(): AsyncIterable<Uint8Array> {
  if (process.stdin.isTTY) throw new UsageError('name a file, or send an export to standard input')
  return process.stdin
}
