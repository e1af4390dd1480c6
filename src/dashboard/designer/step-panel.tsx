import {
  ArrowDown,
  ArrowUp,
  CircleAlert,
  Copy,
  CornerDownRight,
  Split,
  Trash2,
  TriangleAlert,
} from 'lucide-react'
import type { Json, JsonObject } from '../../json.ts'
import { useExecutors } from '../api/service.ts'
import type { Design } from '../design/design.ts'
import type { Edit, Spot } from '../design/edit.ts'
import { linksOf } from '../design/links.ts'
import type { Item } from '../design/outline.ts'
import { isObject } from '../design/value.ts'
import { Button } from '../parts/button.tsx'
import { Branches } from './branches.tsx'
import type { StepFault } from './design-faults.ts'
import type { GraphActs } from './design-graph.tsx'
import { CommitField } from './fields.tsx'
import { InputForm } from './input-form.tsx'
import { MoreOfStep } from './more-of-step.tsx'
import { StepOrder } from './step-order.tsx'
import { StepSource } from './step-source.tsx'

export interface StepActs extends GraphActs {
  edit(edit: Edit): void
  /** Asks for a step to add. */
  addAt(spot: Spot): void
  /** Puts the text of a step in its place; why it cannot be, where it cannot. */
  replaceText(index: number, text: string): string | undefined
}

/** All of a step that can be changed. */
export function StepPanel({
  design,
  item,
  faults,
  understood,
  acts,
}: {
  readonly design: Design
  readonly item: Item
  readonly faults: readonly StepFault[]
  /** What the sentence that it is was understood as. */
  readonly understood: { readonly uses: string; readonly with: Json } | undefined
  readonly acts: StepActs
}) {
  const { items } = design
  const { index, id, sentence, value } = item
  const step = isObject(value) ? value : undefined
  const set = (path: readonly string[], next: Json | undefined) =>
    acts.edit({ do: 'set', index, path, value: next })
  return (
    <section className="design-panel" aria-label={`Step ${id}`}>
      <header className="row">
        <h2 className="grow ellipsis" id="design-chosen" tabIndex={-1}>
          {item.name ?? id}
        </h2>
        <StepButtons index={index} count={items.length} acts={acts} />
      </header>
      <FaultList faults={faults} />
      <fieldset className="row group">
        <legend className="visually-hidden">Add a step</legend>
        <span className="soft" aria-hidden="true">
          Add
        </span>
        <Button onClick={() => acts.addAt({ at: 'before', index })}>Before</Button>
        <Button onClick={() => acts.addAt({ at: 'after', index })}>
          <CornerDownRight size={14} aria-hidden="true" /> After
        </Button>
        <Button onClick={() => acts.addAt({ at: 'beside', index })}>
          <Split size={14} aria-hidden="true" /> Beside
        </Button>
      </fieldset>
      {sentence === undefined ? null : (
        <SentencePart item={item} sentence={sentence} understood={understood} acts={acts} />
      )}
      <CommitField
        label="Id"
        isMono={true}
        value={id}
        hint="Whatever names the step is changed with it."
        onCommit={(next) => acts.edit({ do: 'rename', index, id: next })}
      />
      {step === undefined ? null : <StructuredPart step={step} set={set} />}
      {item.uses === 'condition' ? <Branches item={item} items={items} set={set} /> : null}
      <StepOrder item={item} items={items} links={linksOf(items)} acts={acts} />
      {step === undefined ? null : (
        <MoreOfStep design={design} item={item} step={step} set={set} edit={acts.edit} />
      )}
      <StepSource key={id} design={design} index={index} onReplace={acts.replaceText} />
    </section>
  )
}

function StepButtons({
  index,
  count,
  acts,
}: {
  readonly index: number
  readonly count: number
  readonly acts: StepActs
}) {
  return (
    <>
      <Button
        look="plain"
        label="Earlier in the list"
        disabled={index === 0}
        onClick={() => acts.edit({ do: 'move', index, to: index - 1 })}
      >
        <ArrowUp size={15} aria-hidden="true" />
      </Button>
      <Button
        look="plain"
        label="Later in the list"
        disabled={index === count - 1}
        onClick={() => acts.edit({ do: 'move', index, to: index + 1 })}
      >
        <ArrowDown size={15} aria-hidden="true" />
      </Button>
      <Button look="plain" label="Duplicate" onClick={() => acts.edit({ do: 'duplicate', index })}>
        <Copy size={15} aria-hidden="true" />
      </Button>
      <Button look="plain" label="Delete" onClick={() => acts.edit({ do: 'remove', index })}>
        <Trash2 size={15} aria-hidden="true" />
      </Button>
    </>
  )
}

export function FaultList({ faults }: { readonly faults: readonly StepFault[] }) {
  if (faults.length === 0) return null
  return (
    <ul className="step-faults" aria-label="Faults">
      {faults.map(({ field, message, severity }) => (
        <li key={field + message} className={severity === 'error' ? 'bad' : 'warn'}>
          {severity === 'error' ? (
            <CircleAlert size={14} aria-label="Fault" />
          ) : (
            <TriangleAlert size={14} aria-label="Warning" />
          )}
          <span>
            {field === '' ? null : <code>{field}</code>} {message}
          </span>
        </li>
      ))}
    </ul>
  )
}

function SentencePart({
  item: { index },
  sentence,
  understood,
  acts,
}: {
  readonly item: Item
  readonly sentence: string
  readonly understood: { readonly uses: string; readonly with: Json } | undefined
  readonly acts: StepActs
}) {
  return (
    <div className="stack-small">
      <CommitField
        label="Sentence"
        isLong={true}
        value={sentence}
        onCommit={(next) => next !== '' && acts.edit({ do: 'replace', index, step: next })}
      />
      {understood === undefined ? null : (
        <div className="row">
          <span className="soft grow">
            understood as <code>{understood.uses}</code>
          </span>
          <Button
            onClick={() =>
              acts.edit({
                do: 'replace',
                index,
                step: { uses: understood.uses, with: understood.with },
              })
            }
          >
            Write it as a step
          </Button>
        </div>
      )}
    </div>
  )
}

function StructuredPart({
  step,
  set,
}: {
  readonly step: JsonObject
  readonly set: (path: readonly string[], value: Json | undefined) => void
}) {
  const { data } = useExecutors()
  const uses = typeof step['uses'] === 'string' ? step['uses'] : ''
  const executor = data?.executors.find(({ name }) => name === uses)
  const input = isObject(step['with']) ? step['with'] : {}
  return (
    <>
      <CommitField
        label="Name, for people"
        value={typeof step['name'] === 'string' ? step['name'] : ''}
        onCommit={(next) => set(['name'], next || undefined)}
      />
      <div className="field">
        <label htmlFor="design-kind">Kind</label>
        <select
          id="design-kind"
          className="select mono"
          value={uses}
          onChange={({ target }) => set(['uses'], target.value)}
        >
          {executor === undefined ? <option>{uses}</option> : null}
          {data?.executors.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {executor === undefined ? null : <span className="hint">{executor.description}</span>}
      </div>
      {executor === undefined ? null : (
        <fieldset className="group input-part">
          <legend className="visually-hidden">What it gets</legend>
          <InputForm
            key={uses}
            executor={executor}
            input={input}
            onSet={(next) => set(['with'], next)}
          />
        </fieldset>
      )}
    </>
  )
}
