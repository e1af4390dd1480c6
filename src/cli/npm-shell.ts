import { fileURLToPath } from 'node:url'

const LOOK_MS = 250

const manifest = fileURLToPath(new URL('../../package.json', import.meta.url))
const parent = process.ppid

/**
 * Tells once when the shell is gone that npm has started this program in, by `npx` or as a script of the project; until
 * it is disposed of. npm passes a signal on to that shell alone, and both end of it: the program would stay behind.
 */
export function onShellGone(gone: () => void): Disposable {
  const { npm_lifecycle_event: event, npm_package_json: packageJson } = process.env
  const isOfNpm = event === 'npx' || packageJson === manifest
  const looking = isOfNpm ? setInterval(look, LOOK_MS).unref() : undefined
  return { [Symbol.dispose]: () => clearInterval(looking) }

  function look(): void {
    if (process.ppid === parent) return
    clearInterval(looking)
    gone()
  }
}
