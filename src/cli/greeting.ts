import { resolve } from 'node:path'
import type { Config } from '../config.ts'

export interface Greeting {
  readonly version: string
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly hasDashboard: boolean
}

/** What somebody at a terminal wants to know of a service that has started. */
export function greetingOf(
  { version, url, hasDashboard }: Greeting,
  { DATABASE_URL, DATA_DIR }: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
): string {
  const lines = [
    ...(hasDashboard ? [`Dashboard  ${url}/`] : []),
    `API        ${url}/v1, described at ${url}/docs`,
    `Data       ${DATABASE_URL === '' ? resolve(DATA_DIR) : 'in the database of DATABASE_URL'}`,
  ]
  return `\nStepstream ${version} is ready\n\n${lines.map((line) => `  ${line}\n`).join('')}\n`
}
