import { Plus, X } from 'lucide-react'
import type { Links } from '../design/links.ts'
import type { Item } from '../design/outline.ts'
import { Button } from '../parts/button.tsx'
import type { GraphActs } from './design-graph.tsx'

/** What a step comes after, to be changed without a pointer. */
export function StepOrder({
  item,
  items,
  links,
  acts,
}: {
  readonly item: Item
  readonly items: readonly Item[]
  readonly links: Links
  readonly acts: GraphActs
}) {
  const { index } = item
  const parents = [...(links.parents[index] ?? [])].sort((one, other) => one - other)
  const others = items.filter(
    (one) =>
      one.index !== index && !parents.includes(one.index) && one.isFinally === item.isFinally,
  )
  return (
    <div className="field">
      <span>Comes after</span>
      {parents.length === 0 ? (
        <p className="soft">{item.isFinally ? 'everything else' : 'nothing: it starts at once'}</p>
      ) : (
        <ul className="order-list">
          {parents.map((parent) => {
            const id = items[parent]?.id ?? ''
            return (
              <li key={parent} className="row">
                <button
                  type="button"
                  className="link mono grow"
                  onClick={() => acts.choose(parent)}
                >
                  {id}
                </button>
                <Button
                  look="plain"
                  label={`Add a step between ${id} and this`}
                  onClick={() => acts.addBetween(parent, index)}
                >
                  <Plus size={14} aria-hidden="true" />
                </Button>
                <Button
                  look="plain"
                  label={`No longer after ${id}`}
                  onClick={() => acts.disconnect(parent, index)}
                >
                  <X size={14} aria-hidden="true" />
                </Button>
              </li>
            )
          })}
        </ul>
      )}
      {others.length === 0 ? null : (
        <select
          className="select"
          aria-label="Comes after this step too"
          value=""
          onChange={({ target }) => acts.connect(Number(target.value), index)}
        >
          <option value="">after another one too…</option>
          {others.map((one) => (
            <option key={one.index} value={one.index}>
              {one.id}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}
