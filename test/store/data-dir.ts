import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that is removed when the test has finished. */
export function dataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stepstream-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
