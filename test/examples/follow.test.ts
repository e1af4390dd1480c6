import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { handExecutor } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { examples } from './run-example.ts'

test('follow.mjs shows every event once, in order, although its connection breaks', async () => {
  const hand = handExecutor()
  await using service = await startService({}, { executors: [hand.executor] })
  await using line = await startBreakingLine(Number(new URL(service.url).port))
  const posted = await service.post('/v1/sessions', [{ uses: 'hand' }, 'Wait 1 ms', 'Wait 1 ms'])
  const { links } = (await posted.json()) as { links: { events: string } }

  const following = run('follow.mjs', `http://127.0.0.1:${line.port}${links.events}`)
  await line.broken
  const attempt = await hand.attempt()
  attempt.succeed()
  const shown = await following

  expect(line.connections()).toBe(2)
  const lines = shown.trimEnd().split('\n')
  expect(lines.map((text) => Number(text.split(' ')[0]))).toEqual(lines.map((_, at) => at + 1))
  expect(lines.at(-1)).toContain('session.completed')
})

async function run(file: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(examples, file), ...args])
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  return text
}

/** A line to the service whose first connection breaks once the first step has started. */
async function startBreakingLine(port: number) {
  let connections = 0
  const broken = Promise.withResolvers<void>()
  const server = createServer((near) => {
    const isFirst = ++connections === 1
    const far = connect(port, '127.0.0.1')
    near.on('error', () => far.destroy()).pipe(far)
    far.on('error', () => near.destroy())
    far.on('close', () => near.destroy())
    far.on('data', (chunk: Buffer) => {
      near.write(chunk, () => {
        if (!isFirst || !chunk.includes('step.started')) return
        far.destroy()
        broken.resolve()
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    connections: () => connections,
    broken: broken.promise,
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}
