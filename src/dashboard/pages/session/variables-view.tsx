import { Empty } from '../../parts/empty.tsx'
import { clock } from '../../parts/format.ts'
import { JsonView } from '../../parts/json-view.tsx'
import type { Shown } from './shown.ts'

/** What the variables are now, and who has set them. */
export function VariablesView({ log }: Shown) {
  const variables = [...log.variables.values()]
  if (variables.length === 0) return <Empty title="No variable was set yet" />
  return (
    <ul className="stack padded-view">
      {variables.map(({ name, value, at, setBy, changes }) => (
        <li key={name} className="stack-small">
          <div className="row">
            <code className="strong">{name}</code>
            <span className="soft">
              {at === undefined ? 'as it began' : `set at ${clock(at)}`}
              {setBy === undefined ? '' : ` by ${setBy}`}
              {changes > 1 ? `, ${changes} times` : ''}
            </span>
          </div>
          <JsonView value={value} label={name} />
        </li>
      ))}
    </ul>
  )
}
