import { MessageSquareText } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Json } from '../../json.ts'
import { useExecutors } from '../api/service.ts'
import { Dialog } from '../parts/dialog.tsx'
import { groupKinds, newStep } from './kinds.ts'
import { useKeys } from './use-keys.ts'

/** Asks which step to add: one of the kinds there are, or a sentence. */
export function StepPicker({
  title,
  onPick,
  onClose,
}: {
  readonly title: string
  readonly onPick: (step: Json) => void
  readonly onClose: () => void
}) {
  return (
    <Dialog title={title} isOpen={true} onClose={onClose}>
      <Choices onPick={onPick} />
    </Dialog>
  )
}

function Choices({ onPick }: { readonly onPick: (step: Json) => void }) {
  const [find, setFind] = useState('')
  const { data } = useExecutors()
  const list = useRef<HTMLDivElement>(null)
  const text = find.trim()
  const groups = groupKinds(data?.executors ?? [], text)
  const first = groups[0]?.kinds[0]
  const isSentence = text.includes(' ') || (text !== '' && first === undefined)
  useKeys(list, (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const choices = [...(list.current?.querySelectorAll<HTMLElement>('button') ?? [])]
    const here = choices.indexOf(document.activeElement as HTMLElement)
    const next = choices[here + (event.key === 'ArrowDown' ? 1 : -1)]
    event.preventDefault()
    next?.focus()
  })
  return (
    <div className="picker" ref={list}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isSentence) onPick(text)
          else if (text !== '' && first !== undefined) onPick(newStep(first.name))
        }}
      >
        <input
          className="input"
          aria-label="A kind of step, or a sentence"
          placeholder="Search the kinds, or say it: Wait 2 seconds"
          value={find}
          onChange={({ target }) => setFind(target.value)}
        />
      </form>
      <div className="picker-list">
        {isSentence ? (
          <button type="button" className="picker-choice" onClick={() => onPick(text)}>
            <span className="strong">
              <MessageSquareText size={14} aria-hidden="true" /> “{text}”
            </span>
            <span className="soft">As a sentence.</span>
          </button>
        ) : null}
        {groups.map(({ title, kinds }) => (
          <section key={title} aria-label={title} className="stack-small">
            <h3>{title}</h3>
            {kinds.map(({ name, description }) => (
              <button
                key={name}
                type="button"
                className="picker-choice"
                onClick={() => onPick(newStep(name))}
              >
                <span className="strong mono">{name}</span>
                <span className="soft">{description}</span>
              </button>
            ))}
          </section>
        ))}
      </div>
    </div>
  )
}
