import type { End } from '../store/transfer/entries.ts'
import type { Counts } from '../store/transfer/tally.ts'
import { tell } from './run-command.ts'

const PROGRESS_MS = 1000

/** Tells of the progress, once a second at most. */
export function createProgress(verb: string): (counts: Counts) => void {
  let toldAt = performance.now()
  return (counts) => {
    const now = performance.now()
    if (now - toldAt < PROGRESS_MS) return
    toldAt = now
    tell(`${verb} ${inWords(counts)} so far`)
  }
}

export function tellSummary(verb: string, end: End): void {
  tell(`${verb} ${inWords(end)}\nSHA-256 ${end.sha256}`)
}

function inWords({ sessions, events, artifacts, bytes }: Counts): string {
  return `${count(sessions, 'session')}, ${count(events, 'event')}, ${count(artifacts, 'artifact')} of ${count(bytes, 'byte')}`
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
