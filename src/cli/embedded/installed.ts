import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that the dashboard was built into, in a checkout or a package; undefined: it was not. */
export function builtDashboard(): string | undefined {
  const folder = fileURLToPath(new URL('../../../dist/dashboard', import.meta.url))
  return existsSync(join(folder, 'index.html')) ? folder : undefined
}

export function packageVersion(): string {
  const manifest = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
