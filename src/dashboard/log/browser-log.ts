import type { LoggedEvent } from '../../session/events.ts'

export interface CommandLog {
  readonly key: string
  readonly stepId: string
  readonly attempt: number
  readonly description: string
  readonly source?: string
  readonly at: number
  readonly durationMs?: number
  readonly code?: string
  readonly evidence?: string
  readonly failure?: string
  readonly url?: string
  readonly screenshots: readonly ScreenshotLog[]
}

export interface ScreenshotLog {
  readonly artifact: string
  readonly url: string
  readonly at: number
  readonly reason: string
}

/** What browsers did, command by command, each with the pictures taken after it. */
export function browserLog(events: readonly LoggedEvent[], seq: number): readonly CommandLog[] {
  const commands = new Map<string, CommandLog>()
  let last = ''
  for (const event of events) {
    if (event.seq > seq) break
    const { stepId = '', attempt = 0 } = event as { stepId?: string; attempt?: number }
    const keyOf = (commandId: number) => `${stepId} ${attempt} ${commandId}`
    const change = (key: string, changes: Partial<CommandLog>) => {
      const before = commands.get(key) ?? {
        key,
        stepId,
        attempt,
        description: stepId,
        at: Date.parse(event.at),
        screenshots: [],
      }
      commands.set(key, { ...before, ...changes })
    }
    switch (event.type) {
      case 'browser.command_started': {
        const { commandId, description, source } = event.data
        last = keyOf(commandId)
        change(last, { description, source })
        break
      }
      case 'browser.command_completed': {
        const { commandId, durationMs, code, evidence, url } = event.data
        change(keyOf(commandId), {
          durationMs,
          ...(code === undefined ? {} : { code }),
          ...(evidence === undefined ? {} : { evidence }),
          ...(url === undefined ? {} : { url }),
        })
        break
      }
      case 'browser.command_failed': {
        const { commandId, durationMs, failure } = event.data
        change(keyOf(commandId), { durationMs, failure: `${failure.code}: ${failure.message}` })
        break
      }
      case 'screenshot.captured': {
        const { artifact, url, reason, commandId } = event.data
        const own = commandId === undefined ? undefined : keyOf(commandId)
        const key = own ?? (commands.get(last)?.stepId === stepId ? last : keyOf(0))
        const { screenshots = [] } = commands.get(key) ?? {}
        const shot = { artifact, url, reason, at: Date.parse(event.at) }
        change(key, { screenshots: [...screenshots, shot] })
        break
      }
    }
  }
  return [...commands.values()]
}
