import type { FastifyError } from 'fastify'
import { type ErrorCode, type Fault, StepstreamError } from '../errors.ts'
import { toPointer } from '../json-pointer.ts'

type SchemaFault = NonNullable<FastifyError['validation']>[number]

/** What a route's schema refused, as an error of ours: a body's with a pointer for each fault. */
export function schemaError(error: FastifyError): StepstreamError {
  const where = error.validationContext
  if (where === 'params') return new StepstreamError('ROUTE_NOT_FOUND', error.message)
  if (where === 'headers') return new StepstreamError('INVALID_HEADER', error.message)
  const [first, ...rest] = (error.validation ?? []).flatMap(faultsOf)
  if (where !== 'body' || first === undefined) {
    return new StepstreamError('INVALID_QUERY', error.message)
  }
  return StepstreamError.fromFaults([first, ...rest])
}

function faultsOf({
  keyword,
  instancePath,
  params,
  message = 'is not valid',
}: SchemaFault): Fault[] {
  const at = instancePath === '/' ? '' : instancePath
  if (keyword === 'unrecognized_keys') {
    return (params['keys'] as string[]).map((key) => ({
      pointer: at + toPointer([key]),
      code: 'UNKNOWN_FIELD',
      message: 'is not a known field',
    }))
  }
  return [{ pointer: at, code: codes[keyword] ?? 'INVALID_VALUE', message }]
}

const codes: Readonly<Record<string, ErrorCode>> = {
  invalid_type: 'WRONG_TYPE',
  invalid_union: 'WRONG_TYPE',
  too_big: 'STRING_TOO_LONG',
}
