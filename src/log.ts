import { type DestinationStream, type Logger, pino } from 'pino'
import pinoPretty from 'pino-pretty'
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
  if (config.LOG_FORMAT === 'plain') {
    const pretty = pinoPretty({
      colorize: false,
      ignore: 'pid,hostname',
      ...(destination === undefined ? {} : { destination }),
    })
    return pino(options, pretty)
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
