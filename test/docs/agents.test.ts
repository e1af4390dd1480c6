import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { tools } from '../../src/cli/mcp/mcp-server.ts'
import { readPage } from './pages.ts'

/** Which call of the API each tool makes, as the contract names it; absent: one that it does not have yet. */
const operations: Readonly<Record<string, string>> = {
  list_executors: 'listExecutors',
  check_plan: 'compilePlan',
  start_session: 'startSession',
  follow_session: 'explainSession',
  get_session: 'getSession',
  list_sessions: 'listSessions',
  explain_session: 'explainSession',
  get_steps: 'getSteps',
  control_session: 'cancelSession',
  control_step: 'retryStep',
  list_interactions: 'listInteractions',
  next_interaction: 'nextInteraction',
  answer_interaction: 'answerInteraction',
  decide: 'decideInteraction',
  send_signal: 'signalSession',
  list_workflows: 'listWorkflows',
  get_workflow: 'getWorkflow',
}

interface Operation {
  readonly operationId?: string
  readonly 'x-required-scope'?: string
}

describe('the page about agents', () => {
  let listed: ReadonlyMap<string, string>

  beforeAll(async () => {
    const rows = (await readPage('docs/agents.md')).matchAll(
      /^\| (`.+?`) \| .+ \| `([\w ]+)` \|$/gm,
    )
    const named = [...rows].flatMap(([, names = '', scope = '']) =>
      names.split(', ').map((name) => [name.replaceAll('`', ''), scope] as const),
    )
    listed = new Map(named)
  })

  test('lists every tool', () => {
    expect([...listed.keys()].sort()).toEqual(tools.map(({ name }) => name).sort())
  })

  test('says which scope each needs, as the API has it', async () => {
    const { paths } = parse(await readPage('openapi.yaml')) as {
      paths: Record<string, Record<string, Operation>>
    }
    const scopes = new Map(
      Object.values(paths)
        .flatMap((methods) => Object.values(methods))
        .map((operation) => [operation.operationId, operation['x-required-scope']]),
    )
    for (const [tool, operation] of Object.entries(operations)) {
      expect([tool, listed.get(tool)]).toEqual([tool, scopes.get(operation)])
    }
  })
})
