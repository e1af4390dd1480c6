import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { dataDir } from './data-dir.ts'
import { seqs } from './records.ts'

const program = fileURLToPath(new URL('./write-until-killed.ts', import.meta.url))

/** Starts the program and reads what it acknowledges; `enough` resolves after that many lines. */
function startWriter(folder: string, writer: string, enoughLines: number) {
  const child = spawn(process.execPath, [program, folder, writer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged = new Map<string, number>()
  let lines = 0
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    const [sessionId = '', seq] = line.split(' ')
    acknowledged.set(sessionId, Number(seq))
    if (++lines === enoughLines) resolve()
  })
  return { child, acknowledged, enough, drained: once(reader, 'close') }
}

async function killHard(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

describe.each(['loop', 'thread'])('a process killed while it commits in the %s', (writer) => {
  test('has lost nothing that was acknowledged, and every log is dense', async () => {
    const folder = dataDir()
    for (const lines of [50, 400]) {
      const { child, acknowledged, enough, drained } = startWriter(folder, writer, lines)
      await enough
      await killHard(child)
      await drained
      await using opened = await reopen(folder)
      expect(acknowledged.size).toBe(8)
      for (const [sessionId, last] of acknowledged) {
        const found = await seqs(opened.store, sessionId)
        expect(found).toEqual(found.map((_, index) => index + 1))
        expect(found.length).toBeGreaterThanOrEqual(last)
      }
    }
  })
})

test('the data folder is held while its process lives, and free once it is killed', async () => {
  const folder = dataDir()
  const { child, enough } = startWriter(folder, 'loop', 1)
  await enough
  await expect(openSqliteStore({ dataDir: folder })).rejects.toThrow(
    /is in use by another Stepstream process/,
  )
  await killHard(child)
  const { store } = await reopen(folder)
  await store.close()
})

async function reopen(dataDir: string) {
  const store = await openSqliteStore({ dataDir })
  return { store, [Symbol.asyncDispose]: () => store.close() }
}
