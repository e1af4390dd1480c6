import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { post } from './stream.ts'

export interface BigService extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

const root = join(import.meta.dirname, '../..')

/** The service as it is deployed, with the dashboard that was built, in a process of its own on SQLite. */
export async function startBigService(steps: number): Promise<BigService> {
  const dataDir = await mkdtemp(join(tmpdir(), 'stepstream-bench-'))
  const child = spawn(process.execPath, [join(root, 'src/server.ts')], {
    cwd: dataDir,
    env: {
      PATH: '',
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'info',
      MAX_STEPS: String(steps),
      EXECUTORS_DIR: join(root, 'test/support/fixtures/executors'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await rm(dataDir, { recursive: true, force: true })
  }
  const url = await addressOf(child).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: stop }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('the service has no output'))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, address] = /listening at (http:\/\/[^"\s]+)/.exec(line) ?? []
      if (address !== undefined) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`the service exited with ${code}`)))
  })
}

export interface BigShape {
  /** Rows of steps that run side by side, each after two of the row before. */
  readonly rows: number
  readonly inRow: number
  /** Each an event of its own. */
  readonly linesEach: number
  readonly lineLength: number
}

/** The workflow of a big session, as it is posted. @param last the step that ends it */
export function bigWorkflow({ rows, inRow, linesEach, lineLength }: BigShape, last?: object) {
  const steps: object[] = Array.from({ length: rows * inRow }, (_, index) => {
    const [row, place] = [Math.floor(index / inRow), index % inRow]
    const parents = [...new Set([idOf(row - 1, place), idOf(row - 1, (place + 1) % inRow)])]
    return {
      id: idOf(row, place),
      uses: 'chatter',
      dependsOn: row === 0 ? [] : parents,
      with: { lines: linesEach, length: lineLength },
    }
  })
  if (last !== undefined) steps[steps.length - 1] = { ...steps.at(-1), ...last }
  return { name: 'big', timeout: '2h', maxParallel: inRow, steps }
}

/** Runs a workflow until an event of a type, and resolves with the session's id. */
export async function runBig(url: string, workflow: object, status: string): Promise<string> {
  const { sessionId } = await post<{ sessionId: string }>(
    `${url}/v1/sessions`,
    JSON.stringify(workflow),
  )
  for (;;) {
    // The list alone: whatever else is asked of the session would be work beside it.
    const response = await fetch(`${url}/v1/sessions?status=${status}`)
    const { sessions } = (await response.json()) as { sessions: { sessionId: string }[] }
    if (sessions.some((session) => session.sessionId === sessionId)) return sessionId
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function idOf(row: number, place: number): string {
  return `row${row + 1}_${place + 1}`
}
