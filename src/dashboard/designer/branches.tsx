import { X } from 'lucide-react'
import type { Json } from '../../json.ts'
import type { Item } from '../design/outline.ts'
import { Button } from '../parts/button.tsx'

/** The steps that a condition chooses between. */
export function Branches({
  item,
  items,
  set,
}: {
  readonly item: Item
  readonly items: readonly Item[]
  readonly set: (path: readonly string[], value: Json | undefined) => void
}) {
  const chosen = new Set([...item.then, ...item.else, item.id])
  const free = items.filter(({ id, isFinally }) => !chosen.has(id) && isFinally === item.isFinally)
  return (['then', 'else'] as const).map((side) => {
    const names = item[side]
    const put = (next: readonly string[]) =>
      set(['with', side], next.length === 0 ? undefined : [...next])
    return (
      <div key={side} className="field">
        <span>{side === 'then' ? 'Where it is true' : 'Where it is false'}</span>
        {names.length === 0 ? <p className="soft">nothing more</p> : null}
        <ul className="order-list">
          {names.map((name) => (
            <li key={name} className="row">
              <span className="mono grow">{name}</span>
              <Button
                look="plain"
                label={`${name} is not of “${side}”`}
                onClick={() => put(names.filter((one) => one !== name))}
              >
                <X size={14} aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ul>
        {free.length === 0 ? null : (
          <select
            className="select"
            aria-label={`A step for “${side}”`}
            value=""
            onChange={({ target }) => put([...names, target.value])}
          >
            <option value="">this step too…</option>
            {free.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        )}
      </div>
    )
  })
}
