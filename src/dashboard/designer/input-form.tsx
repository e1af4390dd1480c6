import { useRef, useState } from 'react'
import type { Json, JsonObject } from '../../json.ts'
import type { Executor, JsonSchema } from '../api/types.ts'
import { isEqual } from '../design/value.ts'
import { SchemaForm } from '../parts/schema-form.tsx'
import { ChoiceField } from './fields.tsx'
import { changesOfInput, filledSchema, splitSchema, variantOf, variantsOf } from './input-schema.ts'

/** What an executor gets, by a form from its schema; what that has no field for stays as it is. */
export function InputForm({
  executor,
  input,
  onSet,
}: {
  readonly executor: Executor
  readonly input: JsonObject
  /** All of it anew; undefined: nothing is given. */
  readonly onSet: (input: JsonObject | undefined) => void
}) {
  const [complaint, setComplaint] = useState<string>()
  const told = useRef<JsonObject>(input)
  const filled = useRef(0)
  // It was changed from elsewhere: the form begins anew.
  if (!isEqual(told.current, input)) {
    told.current = input
    filled.current++
  }
  const variants = variantsOf(executor)
  const variant = variantOf(variants, input)
  const tell = (next: JsonObject) => {
    told.current = next
    onSet(Object.keys(next).length === 0 ? undefined : next)
  }
  const take = (value: unknown, schema: JsonSchema) => {
    setComplaint(value instanceof Error ? value.message : undefined)
    if (value instanceof Error) return
    const changes = changesOfInput(told.current, value as Json | undefined, schema)
    const next = changes.reduce(
      (before: JsonObject, [field, one]) => withOne(before, field, one),
      told.current,
    )
    if (next !== told.current) tell(next)
  }
  if (variants.length === 0) return <p className="soft">It has no form; write it as YAML below.</p>
  return (
    <div className="stack-small">
      {variants.length === 1 ? null : (
        <ChoiceField
          label="What it does"
          value={variant?.label ?? ''}
          none="Choose…"
          choices={variants.map(({ label }) => label)}
          onChange={(label) => {
            const next = variants.find((one) => one.label === label)
            if (next === undefined) return
            const kept = Object.entries(input).filter(([name]) =>
              Object.hasOwn(next.schema.properties ?? {}, name),
            )
            onSet({ ...next.fixed, ...Object.fromEntries(kept) })
          }}
        />
      )}
      {variant === undefined ? null : (
        <Fields
          key={`${executor.name} ${variant.label} ${filled.current}`}
          schema={variant.schema}
          input={input}
          onChange={take}
        />
      )}
      {complaint === undefined ? null : (
        <p className="complaint" role="alert">
          {complaint}
        </p>
      )}
    </div>
  )
}

/** Those that most do without are folded away; which they are is settled when the form begins. */
function Fields({
  schema,
  input,
  onChange,
}: {
  readonly schema: JsonSchema
  readonly input: JsonObject
  readonly onChange: (value: unknown, schema: JsonSchema) => void
}) {
  const [[shown, others]] = useState(() => splitSchema(filledSchema(schema, input), input))
  return (
    <>
      <SchemaForm schema={shown} onChange={(value) => onChange(value, shown)} />
      {others === undefined ? null : (
        <details className="more">
          <summary>{Object.keys(others.properties ?? {}).length} more fields</summary>
          <SchemaForm schema={others} onChange={(value) => onChange(value, others)} />
        </details>
      )}
    </>
  )
}

function withOne(input: JsonObject, field: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...input, [field]: value }
  const { [field]: _, ...rest } = input
  return rest
}
