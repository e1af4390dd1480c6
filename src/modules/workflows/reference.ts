import { StepstreamError } from '../../errors.ts'
import { MAX_VERSION } from './types.ts'

/** A body that names a saved workflow. */
export interface Reference {
  readonly name: string
  /** Absent: the current one. */
  readonly version?: number
  /** What stands beside: the inputs, and what the planner will refuse. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Undefined for a body that brings its workflow along. @throws INVALID_VALUE for a version that cannot be */
export function readReference(posted: unknown): Reference | undefined {
  if (typeof posted !== 'object' || posted === null || !('workflow' in posted)) return undefined
  const { workflow: name, version, ...body } = posted as Readonly<Record<string, unknown>>
  if (typeof name !== 'string') return undefined
  if (version === undefined) return { name, body }
  if (isVersion(version)) return { name, version, body }
  const message = 'expected a version: a whole number from 1'
  throw StepstreamError.fromFaults([{ pointer: '/version', code: 'INVALID_VALUE', message }])
}

function isVersion(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_VERSION
}
