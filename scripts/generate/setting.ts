import { z } from 'zod'
import { settings } from '../../src/config.ts'

/** A setting as the documents show it. */
export interface Setting {
  readonly name: string
  /** As it is written in the environment; empty when there is none. */
  readonly byDefault: string
  readonly allowed: string
  readonly description: string
}

/** Every setting, in the order of `src/config.ts`. */
export function listSettings(): readonly Setting[] {
  return Object.entries(settings).map(([name, schema]) => {
    const described = z.toJSONSchema(schema, { io: 'input' })
    return {
      name,
      byDefault: String(described.default ?? ''),
      allowed: Array.isArray(schema.parse(undefined))
        ? 'a list, separated by commas'
        : describeAllowed(described),
      description: described.description ?? '',
    }
  })
}

function describeAllowed(schema: z.core.JSONSchema.JSONSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ')
  if (schema.type === 'integer') return describeRange(schema)
  if (schema.type === 'number') return `a number from ${schema.minimum} to ${schema.maximum}`
  if (schema.pattern) return 'a duration, such as `500ms`, `30s` or `1h30m`'
  return 'text'
}

function describeRange({ minimum = 0, maximum }: z.core.JSONSchema.JSONSchema): string {
  const hasMaximum = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
  return hasMaximum
    ? `a whole number from ${minimum} to ${maximum}`
    : `a whole number from ${minimum} on`
}
