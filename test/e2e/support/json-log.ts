import type { LoggedEvent } from '../../../src/session/events.ts'

interface Page {
  readonly events: readonly LoggedEvent[]
  readonly next: number
  readonly upToDate: boolean
}

/** A session's log as the JSON pages show it, up to where it is now. */
export async function readLog(base: string, sessionId: string): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  for (let after = 0; ; ) {
    const path = `/v1/sessions/${sessionId}/events?after=${after}&limit=1000`
    const response = await fetch(base + path, { headers: { accept: 'application/json' } })
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    const page = (await response.json()) as Page
    events.push(...page.events)
    if (page.upToDate) return events
    after = page.next
  }
}
