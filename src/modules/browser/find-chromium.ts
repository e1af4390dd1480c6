import { access, constants, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { ConfigError } from '../../config.ts'
import { inflateChromium } from './inflate-chromium.ts'

export interface FindChromiumOptions {
  /** `CHROMIUM_PATH`; empty: the first that is found. */
  readonly configured: string
  /** As `PATH`. */
  readonly searchPath: string
  /** null: none. @default where `@sparticuz/chromium` is installed, if it is and runs on this machine */
  readonly packaged?: PackagedChromium | null
  /** @default what `playwright-core` has downloaded, if anything */
  readonly downloaded?: () => Promise<string | undefined>
}

/** Chromium as a package brings it: `folder` has `chromium.br`, and `al2023.tar.br` with libraries. */
export interface PackagedChromium {
  readonly folder: string
  /** Where it is unpacked: one for each version. */
  readonly target: string
}

/** Which Chromium there is; looking further than the disk's names is put off until one is started. */
export interface Chromium {
  /** Why there is none, with what to do about it. */
  readonly missing: string | undefined
  /** The path of the program, which is unpacked if need be. @throws Error when that fails */
  locate(): Promise<string>
}

const MISSING =
  'There is no Chromium: install chromium or chromium-headless-shell (Debian: apt install chromium-headless-shell), or run npx playwright-core install chromium, or set CHROMIUM_PATH to the program.'

/** The smallest first; Ubuntu's chromium-browser may be a mere hint at a snap, so it comes last. */
const names = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'google-chrome-stable',
  'google-chrome',
  'chromium-browser',
]

/** Where macOS keeps programs that no `PATH` names. */
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * The Chromium that the settings name; else one that is installed; else Playwright's download; else
 * the one a package brings along.
 * @throws ConfigError when `CHROMIUM_PATH` is no program
 */
export async function findChromium(options: FindChromiumOptions): Promise<Chromium> {
  const { configured, searchPath } = options
  if (configured !== '') {
    if (await isProgram(configured)) return found(async () => configured)
    throw new ConfigError(
      `CHROMIUM_PATH=${JSON.stringify(configured)} is not allowed: there is no program of that name`,
    )
  }
  const installed = await findInstalled(searchPath)
  if (installed !== undefined) return found(async () => installed)
  const { downloaded = findDownloaded, packaged = findPackaged() } = options
  if (packaged !== null) {
    // Asking Playwright costs a third of a second, so that waits for the first browser.
    return found(async () => (await downloaded()) ?? inflateChromium(packaged))
  }
  const path = await downloaded()
  return path === undefined ? missing() : found(async () => path)
}

function found(locate: () => Promise<string>): Chromium {
  return { missing: undefined, locate }
}

function missing(): Chromium {
  return { missing: MISSING, locate: () => Promise.reject(new Error(MISSING)) }
}

async function findInstalled(searchPath: string): Promise<string | undefined> {
  const folders = searchPath.split(delimiter).filter(isAbsolute)
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  for (const candidate of platform() === 'darwin' ? [...candidates, ...elsewhere] : candidates) {
    if (await isProgram(candidate)) return candidate
  }
  return undefined
}

async function findDownloaded(): Promise<string | undefined> {
  const { chromium } = await import('playwright-core')
  const path = chromium.executablePath()
  return (await isProgram(path)) ? path : undefined
}

/** It is for x64 alone, whatever the machine is. */
function findPackaged(): PackagedChromium | null {
  if (platform() !== 'linux' || arch() !== 'x64') return null
  const require = createRequire(import.meta.url)
  try {
    const folder = join(dirname(require.resolve('@sparticuz/chromium')), '..')
    const { version } = require(join(folder, 'package.json')) as { version: string }
    // Beside the package: whoever can write there can change the service itself.
    const target = join(folder, '../../.cache/stepstream', `chromium-${version}`)
    return { folder: join(folder, 'bin'), target }
  } catch {
    // A development dependency: not there in production.
    return null
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    // Missing or not executable: there may be another.
    return false
  }
}
