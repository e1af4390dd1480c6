import { useState } from 'react'
import type { Design } from '../design/design.ts'
import { stepText } from '../design/step-text.ts'
import { Button } from '../parts/button.tsx'

/** A step as it is written, for what no field is there for. */
export function StepSource({
  design,
  index,
  onReplace,
}: {
  readonly design: Design
  readonly index: number
  /** Why it cannot be, where it cannot. */
  readonly onReplace: (index: number, text: string) => string | undefined
}) {
  const [typed, setTyped] = useState<string>()
  const [complaint, setComplaint] = useState<string>()
  const written = stepText(design, index)
  const name = design.source.format === 'json' ? 'JSON' : 'YAML'
  const take = () => {
    const refused = typed === undefined ? undefined : onReplace(index, typed)
    setComplaint(refused)
    if (refused === undefined) setTyped(undefined)
  }
  return (
    <details className="more">
      <summary>As {name}</summary>
      <div className="stack-small">
        <textarea
          className="textarea mono step-source"
          aria-label={`The step as ${name}`}
          spellCheck={false}
          rows={Math.min(14, written.split('\n').length + 2)}
          value={typed ?? written}
          onChange={({ target }) => setTyped(target.value)}
        />
        {complaint === undefined ? null : (
          <p className="complaint" role="alert">
            {complaint}
          </p>
        )}
        <div className="row">
          <Button disabled={typed === undefined || typed === written} onClick={take}>
            Take over
          </Button>
          <Button
            look="plain"
            disabled={typed === undefined}
            onClick={() => {
              setTyped(undefined)
              setComplaint(undefined)
            }}
          >
            Drop
          </Button>
        </div>
      </div>
    </details>
  )
}
