import type { FastifyRequest } from 'fastify'
import { StepstreamError } from '../errors.ts'
import { MAX_VERSION, workflowNamePattern } from '../modules/workflows/types.ts'
import type { WorkflowVersion } from '../store/workflows.ts'
import type { HttpDeps } from './deps.ts'

/** The saved workflow a request names, by default its current version. @throws WORKFLOW_NOT_FOUND */
export async function findWorkflow(
  request: FastifyRequest,
  name: string,
  version: number | undefined,
  { store }: Pick<HttpDeps, 'store'>,
): Promise<WorkflowVersion> {
  const isName = workflowNamePattern.test(name)
  const known = isName ? await store.workflow(request.tenant, name, version) : undefined
  if (known !== undefined) return known
  const which = version === undefined ? '' : ` with a version ${version}`
  throw new StepstreamError(
    'WORKFLOW_NOT_FOUND',
    `there is no workflow ${name.slice(0, 100)}${which}`,
  )
}

/** A version in a path. @throws WORKFLOW_NOT_FOUND when there can be none */
export function readVersion(text: string): number {
  const version = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN
  if (version <= MAX_VERSION) return version
  throw new StepstreamError('WORKFLOW_NOT_FOUND', `${text.slice(0, 20)} is no version`)
}
