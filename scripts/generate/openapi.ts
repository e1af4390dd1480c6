import { readFile } from 'node:fs/promises'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Document } from './document.ts'

/** The API description, as a service with default settings serves it. */
export const openapi: Document = {
  path: 'openapi.yaml',
  render() {
    text ??= renderText()
    return text
  },
}

/** Other files are made of it too. */
let text: Promise<string> | undefined

async function renderText(): Promise<string> {
  const app = await buildApp({
    config: readConfig({ LOG_LEVEL: 'silent' }),
    version: await packageVersion(),
    platform: { searchPath: '', sendSignal: () => true },
    store: createMemoryStore(),
  })
  try {
    return (await app.inject('/openapi.yaml')).body
  } finally {
    await app.close()
  }
}

async function packageVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
