import type { LoggedEvent } from '../../session/events.ts'
import { describeEvent } from './describe-event.ts'

export interface EventFilter {
  /** A text that the line must have, whatever the case. */
  readonly find?: string | undefined
  /** Families of types, such as `step`, and types. */
  readonly types?: string | undefined
  /** The step that it is about. */
  readonly of?: string | undefined
}

/** The events of an append-only list that a filter lets through; what it has seen it does not look at again. */
export class EventSelection {
  readonly selected: LoggedEvent[] = []
  readonly #test: (event: LoggedEvent) => boolean
  #seen = 0
  #first: LoggedEvent | undefined

  constructor(filter: EventFilter) {
    this.#test = testOf(filter)
  }

  /** Takes in what is new of the list. */
  read(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
    if (this.#first !== events[0]) {
      // Another log: it began anew.
      this.selected.length = 0
      this.#seen = 0
      this.#first = events[0]
    }
    for (; this.#seen < events.length; this.#seen++) {
      const event = events[this.#seen]
      if (event !== undefined && this.#test(event)) this.selected.push(event)
    }
    return this.selected
  }
}

function testOf({ find = '', types = '', of }: EventFilter): (event: LoggedEvent) => boolean {
  const wanted = find.trim().toLowerCase()
  const families = types.split(',').filter(Boolean)
  return (event) => {
    if (families.length > 0 && !families.some((one) => isOf(event.type, one))) return false
    if (of !== undefined && stepOf(event) !== of) return false
    return wanted === '' || lineOf(event).toLowerCase().includes(wanted)
  }
}

/** An event as a line of text, for searching and copying. */
export function lineOf(event: LoggedEvent): string {
  const step = stepOf(event)
  const parts = [event.at, String(event.seq), event.type, step, describeEvent(event)]
  return parts.filter(Boolean).join('  ')
}

export function stepOf(event: LoggedEvent): string | undefined {
  return 'stepId' in event ? event.stepId : undefined
}

function isOf(type: string, family: string): boolean {
  return type === family || type.startsWith(`${family}.`)
}
