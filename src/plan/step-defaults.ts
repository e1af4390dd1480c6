import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import type { ExecutorRegistry } from '../modules/executors/types.ts'
import { isObject } from './body.ts'
import { Faults, type Path } from './faults.ts'
import { checkSanity } from './sanity.ts'
import { type ParsedStep, parsedStepSchema } from './step-schema.ts'

/** Every step of the kind carries them along. */
const MAX_INPUT_BYTES = 16_384

const stepDefaultSchema = parsedStepSchema
  .pick({
    with: true,
    retry: true,
    timeout: true,
    idleTimeout: true,
    onFailure: true,
    onInterrupted: true,
  })
  .meta({ id: 'StepDefault', description: 'What holds for a step that says nothing itself.' })

export const stepDefaultsSchema = z.record(z.string().min(1).max(100), stepDefaultSchema)

type StepDefault = z.output<typeof stepDefaultSchema>

/** What the steps of a kind begin with. */
export interface Defaults {
  /** Where they stand in the body. */
  readonly at: Path
  readonly values: StepDefault
}

/** The defaults of a workflow by executor. Those with a fault, which is reported, hold as far as they can be read. */
export type StepDefaults = ReadonlyMap<string, Defaults>

/** @param given what was posted as `stepDefaults`; its form is checked with the workflow's other fields */
export function readStepDefaults(
  given: unknown,
  at: Path,
  executors: Pick<ExecutorRegistry, 'get' | 'list'>,
  faults: Faults,
): StepDefaults {
  if (!isObject(given)) return new Map()
  return new Map(
    Object.entries(given).map(([uses, written]) => {
      const values = readable(written)
      const place = [...at, uses]
      if (executors.get(uses) === undefined) {
        const names = executors.list().map(({ name }) => name)
        const message = `there is no executor "${uses}"; there are ${names.join(', ')}`
        faults.add(place, 'UNKNOWN_EXECUTOR', message)
      }
      if (Buffer.byteLength(JSON.stringify(values.with ?? {})) > MAX_INPUT_BYTES) {
        const message = `expected up to ${MAX_INPUT_BYTES} bytes as JSON`
        faults.add([...place, 'with'], 'INVALID_VALUE', message)
      }
      return [uses, { at: place, values }]
    }),
  )
}

/** The fields that are right by themselves, so that a fault in one is not told of every step that lacks another. */
function readable(written: unknown): StepDefault {
  const whole = stepDefaultSchema.safeParse(written)
  if (whole.success || !isObject(written)) return whole.data ?? {}
  const fields = Object.entries(stepDefaultSchema.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(written[name])
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : []
  })
  return Object.fromEntries(fields) as StepDefault
}

type Work = Pick<ParsedStep, keyof StepDefault>

/** A step with its defaults filled in: its own fields win, those of `with` and `retry` one by one. */
export function withDefaults<Step extends Work>(
  step: Step,
  { values }: Defaults,
): Step & StepDefault {
  const retry = { ...values.retry, ...step.retry }
  const input = {
    ...(values.with as JsonObject | undefined),
    ...(step.with as JsonObject | undefined),
  }
  return {
    ...values,
    ...step,
    ...(values.with === undefined ? {} : { with: input }),
    ...(values.retry === undefined ? {} : { retry }),
  }
}

/** Where the values of a step stand in the body. */
export interface Places {
  fieldAt(field: string): Path
  /** Inside `with`. */
  withAt(path: Path): Path
}

/** The places of a step with its defaults filled in: its own, but for what it has from them. */
export function placesWith(step: Work, own: Places, { at, values }: Defaults): Places {
  return {
    fieldAt: (field) => (isFilledIn(step, values, field) ? [...at, field] : own.fieldAt(field)),
    withAt: (path) =>
      isFilledIn(step.with, values.with, path[0]) ? [...at, 'with', ...path] : own.withAt(path),
  }
}

function isFilledIn(own: unknown, byDefault: unknown, field: string | number = ''): boolean {
  const has = (given: unknown) => isObject(given) && Object.hasOwn(given, field)
  return has(byDefault) && !has(own)
}

/**
 * Few defaults of many steps must not come to more than a body may hold.
 * @throws StepstreamError when they do: the steps are not looked at further
 */
export function checkFilledIn(inputs: readonly unknown[], at: Path, faults: Faults): void {
  const inside = new Faults()
  checkSanity(inputs, [], inside)
  const [first] = inside.all
  if (first === undefined) return
  faults.add(at, first.code, `filled in for every step, ${first.message}`)
  faults.fail()
}

/** What there is to take over for an undo, which is no step of its own. */
export function forUndo({ at, values }: Defaults): Defaults {
  const { idleTimeout: _, onFailure: __, ...rest } = values
  return { at, values: rest }
}
