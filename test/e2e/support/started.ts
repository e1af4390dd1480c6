import { onTestFinished } from 'vitest'
import { type ServerProcess, startProcess } from '../../support/server-process.ts'

/** The real service, gone when the test has finished. */
export async function startedProcess(
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const service = await startProcess(settings)
  onTestFinished(async () => void (await service.stop('SIGKILL')))
  return service
}

/** Posts a workflow that is known to be good; the session's id. */
export async function postSession(
  { url }: Pick<ServerProcess, 'url'>,
  workflow: unknown,
): Promise<string> {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(workflow),
  })
  const answer = (await response.json()) as { sessionId: string }
  if (response.status !== 202) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.sessionId
}
