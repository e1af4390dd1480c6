import type { Command } from 'commander'
import { onStopSignals } from './stop-signals.ts'
import { addOptions, settingsOf, type WorkerSettings } from './worker/options.ts'
import { Refused } from './worker/refusals.ts'
import { serveQueue } from './worker/serve-queue.ts'
import { tell } from './worker/tell.ts'

/** `stepstream worker`: takes the commands that a queue asks for and runs them here. */
export function defineWorker(command: Command): void {
  addOptions(command).action(() => work(settingsOf(command)))
}

/** The first SIGTERM or SIGINT lets what runs finish for a while, the second gives it back at once. */
async function work(settings: WorkerSettings): Promise<void> {
  const stop = new AbortController()
  const giveBack = new AbortController()
  using _ = onStopSignals({
    first(signal) {
      tell(`${signal}: takes no more, and ends when what runs has finished`)
      stop.abort()
      const timer = setTimeout(() => giveBack.abort(), settings.graceMs)
      timer.unref()
    },
    again: () => giveBack.abort(),
  })
  try {
    await serveQueue({
      ...settings,
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
}
