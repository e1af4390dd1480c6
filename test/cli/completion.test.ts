import { execFile, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scripts } from '../../src/cli/completion/scripts.ts'
import { asked } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, start, until } from '../support/sessions.ts'
import { type HowRun, patient, type Ran, run, runnerOf } from './support/program.ts'
import { atTerminal } from './support/shell-terminal.ts'
import { hasTerminals } from './support/terminal.ts'

/** The service is in this process, so nothing may hold it up. */
const shell = promisify(execFile)

const program = join(import.meta.dirname, '../../bin/stepstream.mjs')

let service: Service
let folder: string
let completed: string
let parked: string
let stepstream: (args: readonly string[], how?: HowRun) => Promise<Ran>

beforeAll(async () => {
  service = await startService()
  stepstream = runnerOf(service.url)
  completed = await start(service, ['Wait 1 ms'])
  await ended(service, completed)
  parked = await start(service, { name: 'naps $(exit 3)', steps: ['Wait 1 hour'] })
  await until(service, parked, 'session.waiting')
  folder = await mkdtemp(join(tmpdir(), 'stepstream-completion-'))
  await mkdir(join(folder, 'bin'))
  await symlink(program, join(folder, 'bin/stepstream'))
  for (const [shell, script] of Object.entries(scripts)) {
    await writeFile(join(folder, `stepstream.${shell}`), script)
  }
}, patient.timeout)

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** What could be typed, without what it is. */
async function words(...line: string[]): Promise<string[]> {
  const { stdout } = await stepstream(['complete', '--', ...line])
  return stdout.split('\n').flatMap((found) => found.split('\t')[0] || [])
}

describe('what could be typed', patient, () => {
  test('is subcommands, those below them, and options', async () => {
    expect(await words('pa')).toEqual(['pause'])
    expect(await words('keys', '')).toEqual(['ls', 'create', 'rotate', 'revoke', 'help'])
    expect(await words('keys', 'create', 'x', '--sc')).toEqual(['--scope'])
    expect(await words('ls', '--limit', '3', '--la')).toEqual(['--label'])
    expect(await words('complete', '--all', 'comp')).not.toContain('complete')
  })

  test('is the values of options, also in one word', async () => {
    expect(await words('answer', '--status', '')).toEqual(['ok', 'warning', 'error'])
    expect(await words('answer', '--status=w')).toEqual(['--status=warning'])
    expect(await words('ls', '-s', 'comp')).toEqual(['completed', 'completed_with_errors'])
    expect(await words('export', '--to', '')).toEqual([':files'])
    expect(await words('workflows', 'save', '')).toEqual([':files'])
  })

  test('is what the service has', async () => {
    expect(await words('get', 'ses_')).toEqual(expect.arrayContaining([parked, completed]))
    expect(await words('cancel', '')).toEqual([parked])
    expect(await words('cancel', parked, '')).toEqual([])
    expect(await words('get', parked, '--step', '')).toEqual(['step1'])
    const id = await start(service, {
      steps: [{ id: 'a', uses: 'approval', with: { prompt: 'Sure?' } }],
    })
    const { interactionId } = await asked(service, id)
    expect(await words('answer', '')).toEqual([interactionId])
    await service.post(`/v1/sessions/${id}/cancel`)
    const saved = {
      method: 'PUT',
      body: '["Wait 1 ms"]',
      headers: { 'content-type': 'application/json' },
    }
    await fetch(`${service.url}/v1/workflows/nightly`, saved)
    expect(await words('workflows', 'get', 'n')).toEqual(['nightly'])
    expect(await words('ls', '--workflow', '')).toEqual(['nightly'])
    expect(await words('workflows', 'restore', 'nightly', '')).toEqual(['1'])
    await fetch(`${service.url}/v1/workflows/nightly`, { method: 'DELETE' })
  })

  test('is nothing where the service is away, and nothing is said', async () => {
    const away = ['complete', '--', 'get', '--url', 'http://127.0.0.1:9', '']
    expect(await stepstream(away)).toEqual({ code: 0, stdout: '', stderr: '' })
    const wrong = ['complete', '--', 'get', '--url', 'nonsense', '']
    expect(await stepstream(wrong)).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

test.each(['bash', 'zsh', 'fish'] as const)(
  'the script for %s is written',
  patient,
  async (shell) => {
    expect(await run(['completion', shell])).toEqual({
      code: 0,
      stdout: scripts[shell],
      stderr: '',
    })
  },
)

test('a shell that is not known is refused', patient, async () => {
  expect((await run(['completion', 'csh'])).stderr).toContain('Allowed choices are bash, zsh, fish')
  expect((await run(['completion', '--help'])).stdout).toContain('fpath[1]')
})

/** Clears the line and asks for another. An interrupt would do, but not while a completion is still being shown: it ends that alone. */
const anew = '\u0015\r'

/** A folder's path may be long, and a shell breaks what it shows where a line ends. */
const WIDE = 300

/** A shell that knows the program, and nothing of whoever runs the tests. */
function environment(): Record<string, string> {
  const path = [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']]
  return { PATH: path.join(delimiter), STEPSTREAM_URL: service.url, HOME: folder }
}

function isThere(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0
}

describe.runIf(isThere('bash'))('bash, where it is installed', patient, () => {
  /** What pressing Tab behind a line gives. */
  async function tab(line: string): Promise<string[]> {
    const parts = line.split(' ').map((word) => `'${word}'`)
    const code = `source '${join(folder, 'stepstream.bash')}'
      COMP_LINE='${line}' COMP_POINT=${line.length} COMP_WORDS=(${parts.join(' ')})
      COMP_CWORD=${parts.length - 1}
      _stepstream
      printf '%s\\n' "\${COMPREPLY[@]}"`
    const ran = await shell('bash', ['--norc', '-c', code], { env: environment() })
    expect(ran.stderr).toBe('')
    return ran.stdout.split('\n').filter(Boolean)
  }

  test('completes without the package bash-completion', async () => {
    expect(await tab('stepstream pau')).toEqual(['pause'])
    expect(await tab('stepstream get ses_')).toEqual(expect.arrayContaining([parked, completed]))
    // What is behind the equals sign is a word of its own for bash.
    expect(await tab('stepstream answer --status=w')).toEqual(['warning'])
  })

  test('runs nothing of what is on the line', async () => {
    await tab('stepstream get $(touch$IFS$HOME/ran) ')
    expect(await readdir(folder)).not.toContain('ran')
  })

  test.runIf(hasTerminals)('completes what is typed at a terminal', async () => {
    const terminal = atTerminal("env PS1='ready>' bash --norc", environment(), WIDE)
    await terminal.see('ready>')
    terminal.press(`source ${join(folder, 'stepstream.bash')}\r`)
    await terminal.see('ready>')
    terminal.press('stepstream canc\t')
    await terminal.see('stepstream cancel ')
    terminal.press('\t')
    await terminal.see(parked)
    terminal.press(anew)
    await terminal.see('ready>')
    terminal.press(`stepstream workflows save ${folder}/stepstream.f\t`)
    await terminal.see('stepstream\\.fish')
    terminal.press(anew)
    await terminal.see('ready>')
    terminal.press('exit\r')
    await terminal.end()
  })
})

describe.runIf(isThere('zsh') && hasTerminals)(
  'zsh, where it is installed and script makes terminals',
  patient,
  () => {
    test('completes what is typed at a terminal', async () => {
      const terminal = atTerminal("env PS1='ready>' zsh -f", environment(), WIDE)
      await terminal.see('ready>')
      const script = join(folder, 'stepstream.zsh')
      terminal.press(`autoload -U compinit; compinit -D -u; source ${script}; echo do''ne\r`)
      await terminal.see('done')
      terminal.press('stepstream canc\t')
      await terminal.see('stepstream cancel ')
      terminal.press('\t')
      await terminal.see(parked)
      terminal.press(anew)
      await terminal.see('ready>')
      terminal.press('stepstream answer --status=w\t')
      await terminal.see('--status=warning')
      terminal.press(anew)
      await terminal.see('ready>')
      terminal.press(`stepstream workflows save ${folder}/stepstream.f\t`)
      await terminal.see('stepstream\\.fish')
      terminal.press(anew)
      await terminal.see('ready>')
      terminal.press('exit\r')
      await terminal.end()
    })
  },
)

describe.runIf(isThere('fish'))('fish, where it is installed', patient, () => {
  test('completes, with what each is', async () => {
    const code = `source ${join(folder, 'stepstream.fish')}; complete -C "$LINE"`
    const tab = async (line: string) => {
      const env = { ...environment(), LINE: line }
      const ran = await shell('fish', ['--no-config', '-c', code], { env })
      expect(ran.stderr).toBe('')
      return ran.stdout.trimEnd().split('\n')
    }
    expect(await tab('stepstream pau')).toEqual([
      'pause\tHas sessions begin nothing new until they are resumed.',
    ])
    expect(await tab('stepstream cancel ')).toEqual([`${parked}\twaiting naps $(exit 3)`])
    expect(await tab('stepstream answer --status=w')).toEqual(['--status=warning'])
    expect(await tab(`stepstream workflows save ${folder}/bi`)).toEqual([`${folder}/bin/`])
  })
})
