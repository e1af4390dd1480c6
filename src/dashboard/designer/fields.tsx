import { useId, useState } from 'react'

/** A text that is taken when it is left, or by Enter; Escape takes back what was typed. */
export function CommitField({
  label,
  value,
  hint,
  isLong = false,
  isMono = false,
  list,
  placeholder,
  onCommit,
}: {
  readonly label: string
  readonly value: string
  readonly hint?: string
  readonly isLong?: boolean
  readonly isMono?: boolean
  /** What may be chosen from, beside whatever is typed. */
  readonly list?: readonly string[]
  readonly placeholder?: string
  readonly onCommit: (value: string) => void
}) {
  const id = useId()
  const [typed, setTyped] = useState<string>()
  const commit = () => {
    if (typed !== undefined && typed.trim() !== value) onCommit(typed.trim())
    setTyped(undefined)
  }
  const shared = {
    id,
    value: typed ?? value,
    placeholder,
    spellCheck: isLong && !isMono,
    onChange: ({ target }: { target: { value: string } }) => setTyped(target.value),
    onBlur: commit,
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === 'Escape') setTyped(undefined)
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault()
        commit()
      }
    },
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {isLong ? (
        <textarea {...shared} className={isMono ? 'textarea mono' : 'textarea'} rows={2} />
      ) : (
        <input
          {...shared}
          className={isMono ? 'input mono' : 'input'}
          {...(list === undefined ? {} : { list: `${id}-list` })}
        />
      )}
      {list === undefined ? null : (
        <datalist id={`${id}-list`}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </div>
  )
}

/** One of some words, or none of them. */
export function ChoiceField({
  label,
  value,
  none,
  choices,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly none: string
  readonly choices: readonly string[]
  readonly onChange: (value: string | undefined) => void
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="select"
        value={value}
        onChange={({ target }) => onChange(target.value || undefined)}
      >
        <option value="">{none}</option>
        {choices.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </div>
  )
}

export function CheckField({
  label,
  isOn,
  onChange,
}: {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}) {
  return (
    <label className="row check">
      <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      <span>{label}</span>
    </label>
  )
}
