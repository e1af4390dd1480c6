import { readOptions } from './worker/options.ts'
import { Refused } from './worker/refusals.ts'
import { serveQueue } from './worker/serve-queue.ts'
import { tell } from './worker/tell.ts'

/**
 * A worker: takes the commands that a queue asks for and runs them here. The first SIGTERM or SIGINT
 * lets what runs finish for a while, the second gives it back at once.
 */
const options = readOptions(process.argv)
const stop = new AbortController()
const giveBack = new AbortController()
process.on('SIGTERM', onSignal)
process.on('SIGINT', onSignal)
try {
  await serveQueue({
    ...options,
    platform: {
      searchPath: process.env['PATH'] ?? '',
      sendSignal: process.kill.bind(process),
    },
    stop: stop.signal,
    giveBack: giveBack.signal,
  })
  tell('stopped')
} catch (error) {
  if (!(error instanceof Refused)) throw error
  tell(`stopped: ${error.message}`)
  process.exitCode = 1
}
process.off('SIGTERM', onSignal)
process.off('SIGINT', onSignal)

function onSignal(signal: NodeJS.Signals): void {
  if (stop.signal.aborted) return giveBack.abort()
  tell(`${signal}: takes no more, and ends when what runs has finished`)
  stop.abort()
  const timer = setTimeout(() => giveBack.abort(), options.graceMs)
  timer.unref()
}
