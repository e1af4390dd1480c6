import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { builtDashboard } from '../dashboard/support/dashboard.ts'

const root = join(import.meta.dirname, '../..')

/** Of the checkout; the dashboard is copied as it was built for other tests, or it would be built once more. */
const copied = [
  'src',
  'scripts',
  'bin',
  'test',
  'docs',
  'examples',
  'dist/dashboard',
  'dist/dashboard.inputs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  '.gitignore',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
]

/** Settings of the npm that runs the tests are those of the project, not of the folder it is installed in. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)/.test(name)),
  ),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
}

export interface Packed extends AsyncDisposable {
  readonly tarball: string
  /** Where somebody has installed it: nothing else was there. */
  readonly folder: string
  /** The package itself, in there. */
  readonly installed: string
}

/** Packs the project and installs it into an empty folder, as its users do. */
export async function packAndInstall(): Promise<Packed> {
  const place = await mkdtemp(join(tmpdir(), 'stepstream-pack-'))
  const [checkout, folder] = [join(place, 'checkout'), join(place, 'empty')]
  await builtDashboard()
  for (const path of copied) {
    await cp(join(root, path), join(checkout, path), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  await npm(checkout, 'pack', '--pack-destination', place)
  const [name = ''] = (await readdir(place)).filter((file) => file.endsWith('.tgz'))
  const tarball = join(place, name)
  await mkdir(folder)
  await npm(folder, 'install', tarball, '--prefer-offline', '--ignore-scripts')
  return {
    tarball,
    folder,
    installed: join(folder, 'node_modules/stepstream'),
    [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }),
  }
}

/** What a program of that folder says on standard output. */
export async function outputOf(folder: string, file: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
    cwd: folder,
    env,
  })
  return stdout
}

/** What `npx <args>` says on standard output. */
export async function npx(folder: string, ...args: string[]): Promise<string> {
  return npm(folder, 'exec', '--offline', '--', ...args)
}

/** A service that listens, started in that folder; it ends with the test. @param command as in `npx serve` or `node bin.mjs serve` */
export async function startIn(folder: string, command: 'npx' | string) {
  const [program, ...args] =
    command === 'npx'
      ? [...npmCommand, 'exec', '--offline', '--', 'stepstream', 'serve']
      : [process.execPath, command, 'serve']
  const child = spawn(program ?? '', args, {
    cwd: folder,
    env: { ...env, PORT: '0', DATA_DIR: 'data', COMMANDS: 'node' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })
  const listening = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const url = /listening at (http:[^"]+)/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
    lines.once('close', () => reject(new Error('the service ended before it listened')))
  })
  return {
    url: await listening,
    /** Tells it to stop, and waits until all of it is gone; its exit code. */
    async stop(): Promise<number | null> {
      const ended = Promise.all([once(child, 'exit'), once(lines, 'close')])
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
  }
}

/** The npm that runs the tests, or the one that is found. */
const npmCommand =
  process.env['npm_execpath'] === undefined
    ? ['npm']
    : [process.execPath, process.env['npm_execpath']]

async function npm(cwd: string, ...args: string[]): Promise<string> {
  const [command = '', ...first] = npmCommand
  const { stdout } = await promisify(execFile)(command, [...first, ...args], { cwd, env })
  return stdout
}
