import { type DestinationStream, type Logger, pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Config } from './config.ts'

/** Paths of log objects that must never be written. */
const redact = {
  paths: [
    'req.headers.authorization',
    'headers.authorization',
    '*.secret',
    '*.password',
    '*.token',
  ],
  censor: '[redacted]',
}

/** The service's logger: a line of JSON for each entry, or plain text for people. */
export function createLogger(
  config: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'>,
  destination?: DestinationStream,
): Logger {
  const options = { level: config.LOG_LEVEL, redact, base: null }
  const out = destination ?? pino.destination(1)
  return pino(options, config.LOG_FORMAT === 'plain' ? plainTo(out) : out)
}

function plainTo(out: DestinationStream): DestinationStream {
  const toText = prettyFactory({ colorize: false })
  return { write: (line) => out.write(toText(line)) }
}
