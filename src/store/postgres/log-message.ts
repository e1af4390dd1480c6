/** The channel on which each group of writes is told of with its commit. */
export const logChannel = 'stepstream_log'

/** What was written by one commit, or a part of it: a message has a greatest length. */
export interface LogMessage {
  /** The process that wrote. */
  readonly owner: string
  /** The log's position before the commit's first event. */
  readonly from: number
  /** The log's position after its last. */
  readonly to: number
  readonly sessionIds: readonly string[]
}

/** Reads `<owner> <from> <to> <id> <id> …`; undefined for what is none of ours. */
export function parseLogMessage(payload: string): LogMessage | undefined {
  const [owner = '', from, to, ...sessionIds] = payload.split(' ')
  const message = { owner, from: Number(from), to: Number(to), sessionIds }
  return Number.isSafeInteger(message.from) && Number.isSafeInteger(message.to)
    ? message
    : undefined
}
