import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import xterm from '@xterm/headless'
import { expect, onTestFinished } from 'vitest'
import { program } from './program.ts'

/** What gives a program a terminal of its own: util-linux, else Python; undefined where neither is there. */
export const giveTerminal = [
  {
    name: 'script',
    test: ['--version'],
    args: (command: string) => ['-qefc', command, '/dev/null'],
  },
  {
    name: 'python3',
    test: ['-c', 'import pty'],
    args: (command: string) => [
      '-c',
      'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(["sh", "-c", sys.argv[1]])))',
      command,
    ],
  },
].find(({ name, test }) => spawnSync(name, test).status === 0)

/** Whether there are terminals for tests here. */
export const hasTerminals = giveTerminal !== undefined

export interface TerminalOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly rows?: number
  /** What a shell puts before the program, as `cat list |`. */
  readonly before?: string
}

/** The real program on a pseudo-terminal, and what a person sees of it. */
export function onTerminal(args: readonly string[], options: TerminalOptions) {
  const { cwd, env = {}, columns = 80, rows = 24, before = '' } = options
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const words = [process.execPath, program, ...args].map(quoted).join(' ')
  const command = `stty rows ${rows} cols ${columns}; echo $(tty) $$; ${before} exec ${words}`
  const { name, args: argsOf } = giveTerminal!
  const child = spawn(name, argsOf(command), {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
      SHUTDOWN_GRACE: '200ms',
      ...env,
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let raw = ''
  child.stdout.on('data', (chunk: Buffer) => {
    raw += chunk.toString()
    screen.write(chunk)
  })
  const exit = once(child, 'exit')
  return {
    /** All that was written to the terminal. */
    raw: () => raw,
    /** What stands on the screen, with what has scrolled away. */
    lines,
    /** What stands on the screen alone. */
    visible: () => linesFrom(screen.buffer.active.baseY),
    /** Waits until a part of the screen says so. */
    shows: (pattern: RegExp | string) =>
      expect.poll(() => lines().join('\n'), { timeout: 25_000, interval: 20 }).toMatch(pattern),
    /** Sends the program a signal that no key stands for. */
    kill: (signal: NodeJS.Signals) =>
      void process.kill(Number(/^\/dev\/\S+ (\d+)/m.exec(raw)?.[1]), signal),
    press: (keys: string) => void child.stdin.write(keys),
    /** Makes the terminal another size, as dragging its corner does. */
    resize(cols: number, toRows: number) {
      const path = /^\/dev\/\S+/m.exec(raw)?.[0] ?? ''
      screen.resize(cols, toRows)
      spawnSync('stty', ['-F', path, 'cols', String(cols), 'rows', String(toRows)])
    },
    /** Its exit code. */
    async ended(): Promise<number> {
      const [code] = (await exit) as [number]
      await new Promise<void>((done) => screen.write('', done))
      return code
    },
  }

  function lines(): readonly string[] {
    // The first says what the terminal and the process are called.
    return linesFrom(1)
  }

  function linesFrom(first: number): readonly string[] {
    const { active } = screen.buffer
    const all = Array.from(
      { length: active.length },
      (_, index) => active.getLine(index)?.translateToString(true) ?? '',
    )
    return all.slice(first, all.findLastIndex((line) => line !== '') + 1)
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
