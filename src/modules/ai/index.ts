import type { AiConnectionSettings } from '../../ai-settings.ts'
import { StepstreamError } from '../../errors.ts'
import { type AskOptions, ask } from './ask.ts'
import { createChecks } from './check.ts'
import { Connection } from './connection.ts'
import type { AiConnections } from './types.ts'

export interface AiConnectionsOptions extends AskOptions {
  readonly connections: ReadonlyMap<string, AiConnectionSettings>
  /** Limit of one call, in ms, where the request names none. */
  readonly timeoutMs: number
}

/** The one that is meant where none is named. */
const DEFAULT = 'default'

/** Makes the connections to the models; every request goes through the guarded client. */
export function createAiConnections(options: AiConnectionsOptions): AiConnections {
  const { timeoutMs } = options
  const connections = new Map(
    [...options.connections].map(([name, settings]) => [name, new Connection(name, settings)]),
  )
  const checks = createChecks(options)

  return {
    names: [...connections.keys()],
    has: (name = DEFAULT) => connections.has(name),
    check: async (name = DEFAULT, signal) => checks.check(connectionOf(name), signal),
    async ask(request) {
      const connection = connectionOf(request.connection ?? DEFAULT)
      const answer = await ask(connection, { timeoutMs, ...request }, options)
      checks.answered(connection)
      return answer
    },
  }

  function connectionOf(name: string): Connection {
    const connection = connections.get(name)
    if (connection !== undefined) return connection
    const how = name === DEFAULT ? 'AI_BASE_URL and AI_MODEL' : 'AI_CONNECTIONS'
    throw new StepstreamError('AI_NEEDED', `there is no AI connection ${name}: set ${how}`)
  }
}
