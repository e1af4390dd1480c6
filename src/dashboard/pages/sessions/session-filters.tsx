import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { sessionStatuses } from '../../../session/status.ts'
import type { SessionFilter } from '../../api/sessions.ts'
import { Button } from '../../parts/button.tsx'
import { words } from '../../parts/format.ts'

const texts: readonly (readonly [field: keyof SessionFilter, label: string, hint: string])[] = [
  ['name', 'Name', 'exactly'],
  ['workflow', 'Workflow', 'of a saved one'],
  ['label', 'Labels', 'env:prod, team:a'],
  ['batch', 'Batch', 'bat_…'],
  ['schedule', 'Schedule', 'sch_…'],
  ['hook', 'Hook', 'hok_…'],
  ['parent', 'Parent session', 'ses_…'],
]

/** What the list is narrowed by; all of it is in the address. */
export function SessionFilters({ filter }: { readonly filter: SessionFilter }) {
  const navigate = useNavigate()
  const isDetailed = Object.keys(filter).some((field) => field !== 'status')
  const [isOpen, setOpen] = useState(isDetailed)
  // What is clicked can be gone back from; what is typed would leave a trail of letters.
  const change = (changes: SessionFilter, replace = true) =>
    void navigate({ to: '/sessions', search: { ...filter, ...changes }, replace })
  const chosen = new Set(filter.status?.split(',') ?? [])
  const toggle = (status: string) => {
    const next = new Set(chosen)
    if (!next.delete(status)) next.add(status)
    change({ status: [...next].join() || undefined }, false)
  }
  return (
    <div className="stack-small">
      <fieldset className="row filter-row">
        <legend className="visually-hidden">Status</legend>
        {sessionStatuses.map((status) => (
          <Button
            key={status}
            className="filter"
            aria-pressed={chosen.has(status)}
            onClick={() => toggle(status)}
          >
            {words(status)}
          </Button>
        ))}
        <Button look="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fewer filters' : 'More filters'}
        </Button>
        {Object.keys(filter).length === 0 ? null : (
          <Button look="plain" onClick={() => void navigate({ to: '/sessions', search: {} })}>
            Clear
          </Button>
        )}
      </fieldset>
      {isOpen ? (
        <div className="card padded filter-grid">
          {texts.map(([field, label, hint]) => (
            <TextFilter
              key={field}
              label={label}
              hint={hint}
              value={filter[field] ?? ''}
              onChange={(value) => change({ [field]: value })}
            />
          ))}
          {(['createdAfter', 'createdBefore'] as const).map((field) => (
            <label key={field} className="field">
              <span>{field === 'createdAfter' ? 'Created after' : 'Created before'}</span>
              <input
                className="input"
                type="datetime-local"
                value={filter[field] ?? ''}
                onChange={({ target }) => change({ [field]: target.value })}
              />
            </label>
          ))}
        </div>
      ) : null}
    </div>
  )
}

const TYPING_MS = 300

function TextFilter({
  label,
  hint,
  value,
  onChange,
}: {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed sets it off
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        value={text}
        placeholder={hint}
        onChange={({ target }) => setText(target.value)}
      />
    </label>
  )
}
