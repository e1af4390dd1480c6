import type { EncodedEvent } from '../types.ts'
import { bigintArray, textArray } from './binary-arrays.ts'

/** The events of a statement's writes as its parameters: to which write each belongs, counted from 1, then its columns. */
export function eventColumns(
  writes: readonly { readonly events: readonly EncodedEvent[] }[],
): Buffer[] {
  const events = writes.flatMap((write) => write.events)
  return [
    bigintArray(writes.flatMap((write, index) => write.events.map(() => index + 1))),
    bigintArray(events.map((event) => event.seq)),
    textArray(events.map((event) => event.type)),
    textArray(events.map((event) => event.body)),
  ]
}
