import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { type Config, ConfigError, readConfig, settings } from '../../config.ts'
import type { Finding } from './finding.ts'

const check = 'settings'

/** Settings of other programs that the service takes as they are. */
const foreign = /^(SECRET|OTEL|NODE|STEPSTREAM|npm|TEST)_/

export interface ReadSettings {
  /** Undefined where they cannot be read. */
  readonly config: Config | undefined
  readonly findings: readonly Finding[]
}

/** Reads the settings as the service does: those of the environment come before those of `.env`. */
export function readSettings(environment: NodeJS.ProcessEnv): ReadSettings {
  const text = existsSync('.env') ? readFileSync('.env', 'utf8') : undefined
  const ofFile = text === undefined ? {} : parseEnv(text)
  try {
    const config = readConfig({ ...ofFile, ...environment })
    const detail = text === undefined ? 'of the environment; there is no .env' : '.env is read'
    const unknown = findUnknown(text ?? '', ofFile)
    return { config, findings: [{ check, health: 'ok', detail }, ...unknown] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const findings = error.message.split('\n').map((fault): Finding => {
      const name = /^[A-Z_]+/.exec(fault)?.[0] ?? ''
      const place = placeOf(name, text ?? '', environment)
      const action = `Correct it in ${place}; docs/configuration.md lists what is allowed.`
      return { check, health: 'broken', detail: fault, action }
    })
    return { config: undefined, findings }
  }
}

/** A name that is misspelt sets nothing. */
function findUnknown(text: string, ofFile: object): Finding[] {
  return Object.keys(ofFile)
    .filter((name) => !(name in settings) && !foreign.test(name))
    .map((name) => ({
      check,
      health: 'warning',
      detail: `${name} is no setting`,
      action: `Correct or remove it in ${placeOf(name, text, {})}; docs/configuration.md lists all there are.`,
    }))
}

function placeOf(name: string, text: string, environment: NodeJS.ProcessEnv): string {
  if (name in environment) return 'the environment'
  const lines = text.split(/\r?\n/)
  const index = lines.findLastIndex((line) =>
    new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(line),
  )
  return index < 0 ? 'the environment or .env' : `.env, line ${index + 1}`
}
