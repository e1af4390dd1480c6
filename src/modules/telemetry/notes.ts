import type { Attributes } from '@opentelemetry/api'
import { millisToHrTime } from '@opentelemetry/core'
import type { TimedEvent } from '@opentelemetry/sdk-trace'

/** Source: OpenTelemetry SDK specification, the default limit of events per span. */
const MAX_NOTES = 128

/** What happened while a span was open: its span events, the first ones of too many. */
export class Notes {
  readonly events: TimedEvent[] = []
  dropped = 0

  add(event: { readonly type: string; readonly at: string }, attributes: Attributes = {}): void {
    if (this.events.length === MAX_NOTES) {
      this.dropped += 1
      return
    }
    this.events.push({ name: event.type, time: millisToHrTime(Date.parse(event.at)), attributes })
  }
}
