import { useId, useState } from 'react'
import type { JsonSchema } from '../api/types.ts'
import { fieldsOf, fieldValue, type SchemaField, textOf } from './schema-fields.ts'

/** Reads a value by its JSON Schema: a field for each name, or JSON where it is no plain object. */
export function SchemaForm({
  schema,
  onChange,
  label = 'Output, as JSON',
}: {
  readonly schema: JsonSchema | undefined
  /** Of the one field where the schema names none. */
  readonly label?: string | undefined
  /** Undefined: nothing was filled in. An error: it cannot be read. */
  readonly onChange: (value: unknown) => void
}) {
  const fields = schema === undefined ? undefined : fieldsOf(schema)
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields?.map((field) => [field.name, textOf(field)]) ?? []),
  )
  const change = (name: string, text: string) => {
    const next = { ...texts, [name]: text }
    setTexts(next)
    onChange(fields === undefined ? readText(next['']) : readFields(fields, next))
  }
  if (fields !== undefined) {
    return (
      <div className="stack-small">
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            text={texts[field.name] ?? ''}
            onChange={(text) => change(field.name, text)}
          />
        ))}
      </div>
    )
  }
  return (
    <label className="field">
      <span>{label}</span>
      <textarea
        className="textarea mono"
        spellCheck={false}
        value={texts[''] ?? ''}
        onChange={({ target }) => change('', target.value)}
      />
      {schema === undefined ? null : <code className="hint wrap">{JSON.stringify(schema)}</code>}
    </label>
  )
}

/** The value that a form begins with, by the defaults of its schema. */
export function initialValue(schema: JsonSchema | undefined): unknown {
  const fields = schema === undefined ? undefined : fieldsOf(schema)
  if (fields === undefined) return undefined
  return readFields(fields, Object.fromEntries(fields.map((f) => [f.name, textOf(f)])))
}

function Field({
  field,
  text,
  onChange,
}: {
  readonly field: SchemaField
  readonly text: string
  readonly onChange: (text: string) => void
}) {
  const { name, label, hint, kind, choices, isRequired, schema } = field
  const id = useId()
  const common = { id, required: isRequired, value: text, name }
  const isLong = (schema.maxLength ?? 0) > 200
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {isRequired ? ' *' : ''}
      </label>
      {kind === 'boolean' || kind === 'choice' ? (
        <select {...common} className="select" onChange={({ target }) => onChange(target.value)}>
          <option value="">–</option>
          {choices.map((choice) => (
            <option key={String(choice)}>{String(choice)}</option>
          ))}
        </select>
      ) : kind === 'json' || isLong ? (
        <textarea
          {...common}
          className={kind === 'json' ? 'textarea mono' : 'textarea'}
          spellCheck={kind !== 'json'}
          onChange={({ target }) => onChange(target.value)}
        />
      ) : (
        <input
          {...common}
          className="input"
          type={kind === 'text' ? 'text' : 'number'}
          {...(kind === 'number' ? { step: 'any' } : {})}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </div>
  )
}

function readFields(
  fields: readonly SchemaField[],
  texts: Readonly<Record<string, string>>,
): unknown {
  try {
    const pairs = fields.map((field) => [field.name, fieldValue(field, texts[field.name] ?? '')])
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined))
  } catch (error) {
    return error
  }
}

function readText(text = ''): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}
