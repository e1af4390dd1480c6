import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoggedEvent } from '../../src/session/events.ts'
import type { SessionStatus, StepStatus } from '../../src/session/status.ts'
import { follow } from '../support/follow.ts'
import type { Service } from '../support/service.ts'

export const examples = join(import.meta.dirname, '../../examples')

export interface ExampleRun {
  readonly status: SessionStatus
  /** The steps' ids with how they ended, in the plan's order. */
  readonly steps: Record<string, StepStatus>
  readonly events: readonly LoggedEvent[]
  /** The output of a step that completed. */
  output(stepId: string): unknown
}

/** Posts an example as the file has it, with these inputs, and follows it to its end. */
export async function runExample(
  service: Service,
  file: string,
  inputs: Record<string, unknown> = {},
): Promise<ExampleRun> {
  const text = await readFile(join(examples, file), 'utf8')
  const isYaml = file.endsWith('.yaml')
  const body = isYaml ? inYaml(text, inputs) : `{ "workflow": ${text}, "inputs": {} }`
  const type = isYaml ? 'application/yaml' : 'application/json'
  const started = await service.post('/v1/sessions', body, { 'content-type': type })
  const answer = (await started.json()) as { sessionId: string }
  if (started.status !== 202) throw new Error(`${file} was refused: ${JSON.stringify(answer)}`)
  const events = await follow(service.url, answer.sessionId)
  const shown = await service.get(`/v1/sessions/${answer.sessionId}`)
  const session = (await shown.json()) as {
    status: SessionStatus
    steps: { id: string; status: StepStatus }[]
  }
  return {
    status: session.status,
    steps: Object.fromEntries(session.steps.map(({ id, status }) => [id, status])),
    events,
    output(stepId) {
      for (const event of events) {
        if (event.type === 'step.completed' && event.stepId === stepId) return event.data.output
      }
      throw new Error(`${stepId} has not completed`)
    },
  }
}

/** The text stays what it is, moved in under `workflow`. */
function inYaml(text: string, inputs: Record<string, unknown>): string {
  return `inputs: ${JSON.stringify(inputs)}\nworkflow:\n${text.replaceAll(/^/gm, '  ')}`
}
