import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiTypes } from './generate/api-types.ts'
import { configuration } from './generate/configuration.ts'
import type { Document } from './generate/document.ts'
import { envExample } from './generate/env-example.ts'
import { errorTable } from './generate/error-table.ts'
import { eventPage } from './generate/event-page.ts'
import { openapi } from './generate/openapi.ts'

/** Every committed file that is made from the code. */
const documents: readonly Document[] = [
  envExample,
  configuration,
  errorTable,
  eventPage,
  openapi,
  apiTypes,
]

const root = join(import.meta.dirname, '..')

await (process.argv.includes('--check') ? check() : write())

/** Renders everything before it writes anything, so that a fault leaves the files as they were. */
async function write(): Promise<void> {
  for (const { path, content } of await renderAll()) await writeFile(join(root, path), content)
}

/** Names the files that are not what they would be if they were made now. */
async function check(): Promise<void> {
  const stale: string[] = []
  for (const { path, content } of await renderAll()) {
    const committed = await readFile(join(root, path), 'utf8').catch(() => undefined)
    if (committed !== content) stale.push(path)
  }
  if (stale.length === 0) return
  process.stderr.write(`Out of date: ${stale.join(', ')}. Run: npm run generate\n`)
  process.exitCode = 1
}

function renderAll(): Promise<{ path: string; content: string }[]> {
  return Promise.all(documents.map(async ({ path, render }) => ({ path, content: await render() })))
}
