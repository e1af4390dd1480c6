import { useNavigate, useSearch } from '@tanstack/react-router'
import { useExecutors } from '../api/service.ts'
import type { JsonSchema } from '../api/types.ts'
import { Loading } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

/** The kinds of step, made from their schemas. */
export function ExecutorsPage() {
  const { find = '' } = useSearch({ from: '/executors' })
  const navigate = useNavigate()
  const { data, error } = useExecutors()
  const shown = data?.executors.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(find.toLowerCase()),
  )
  return (
    <>
      <PageHead title="Executors" lead="The kinds of step there are, and what each takes.">
        <input
          className="input search"
          type="search"
          aria-label="Search the kinds of step"
          placeholder="Search"
          value={find}
          onChange={({ target }) =>
            void navigate({
              to: '/executors',
              search: { find: target.value || undefined },
              replace: true,
            })
          }
        />
      </PageHead>
      <ProblemNote error={error} />
      {data === undefined && error === null ? <Loading /> : null}
      {shown?.map(({ name, description, input }) => (
        <section key={name} className="card padded stack-small" aria-label={name}>
          <h2 className="mono">{name}</h2>
          <p>{description}</p>
          <SchemaTable schema={input} />
        </section>
      ))}
    </>
  )
}

/** The fields of a schema, those of its variants one after the other. */
function SchemaTable({ schema }: { readonly schema: JsonSchema }) {
  const variants = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(
    ({ properties }) => properties !== undefined,
  )
  if (variants.length === 0) return <p className="soft">{schema.description ?? typeOf(schema)}</p>
  return variants.map((variant) => (
    <section
      key={JSON.stringify(variant)}
      className="table-wrap"
      aria-label="Fields"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
      tabIndex={0}
    >
      <table className="table">
        <thead>
          <tr>
            <th>Field</th>
            <th>Type</th>
            <th>Meaning</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(variant.properties ?? {}).map(([name, field]) => (
            <tr key={name}>
              <td className="nowrap">
                <code>{name}</code>
                {variant.required?.includes(name) ? <span title="must be given"> *</span> : null}
              </td>
              <td className="soft">
                <code className="wrap">{typeOf(field)}</code>
              </td>
              <td>
                {field.description}
                {field.default === undefined ? null : (
                  <span className="soft"> Default: {JSON.stringify(field.default)}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  ))
}

function typeOf({ type, enum: values, const: value, items, anyOf, oneOf }: JsonSchema): string {
  if (value !== undefined) return JSON.stringify(value)
  if (values !== undefined) return values.map((one) => JSON.stringify(one)).join(' | ')
  if (items !== undefined) return `${typeOf(items)}[]`
  const variants = anyOf ?? oneOf
  if (variants !== undefined) return [...new Set(variants.map(typeOf))].join(' | ')
  return type === undefined ? 'any' : [type].flat().join(' | ')
}
