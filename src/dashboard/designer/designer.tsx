import '../styles/design.css'
import { Plus, Redo2, Undo2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Json } from '../../json.ts'
import { compileSentence } from '../api/plans.ts'
import type { PlanAnswer } from '../api/types.ts'
import { type Design, readDesign, type Source } from '../design/design.ts'
import {
  type Compiled,
  type Edit,
  RefusedEdit,
  SentenceRefused,
  type Spot,
  UncompiledSentence,
} from '../design/edit.ts'
import { type Edited, editDesign } from '../design/edit-design.ts'
import { replaceStepText } from '../design/step-text.ts'
import { Button } from '../parts/button.tsx'
import type { HistoryDepth } from '../parts/code-editor.tsx'
import { Empty } from '../parts/empty.tsx'
import { faultsByStep, type StepFault } from './design-faults.ts'
import { DesignGraph } from './design-graph.tsx'
import { detailsOf } from './step-details.ts'
import { type StepActs, StepPanel } from './step-panel.tsx'
import { StepPicker } from './step-picker.tsx'
import { focusOnce, useKeys } from './use-keys.ts'
import { WorkflowPanel } from './workflow-panel.tsx'

export interface Pointed {
  readonly pointer: string
  readonly message: string
}

/** What is said of an edit: why it was refused, or what else it changed. */
interface Said {
  readonly text: string
  readonly isRefusal: boolean
}

interface Meant {
  readonly uses: string
  readonly with: Json
}

/** Edits that are made in the panel, where one goes on. */
const inPanel: ReadonlySet<Edit['do']> = new Set(['set', 'rename', 'replace', 'setWorkflow'])

/** A workflow as a graph that can be changed; each change is made in its text. */
export function Designer({
  source,
  plan,
  faults,
  warnings,
  depth,
  onEdited,
  onUndo,
  onRedo,
}: {
  readonly source: Source
  /** What the service made of it, maybe of what stood there a moment ago. */
  readonly plan: PlanAnswer | undefined
  readonly faults: readonly Pointed[]
  readonly warnings: readonly Pointed[]
  readonly depth: HistoryDepth
  readonly onEdited: (source: Source) => void
  readonly onUndo: () => void
  readonly onRedo: () => void
}) {
  const design = useMemo(() => readDesign(source), [source])
  if (typeof design === 'string') {
    return (
      <div className="card">
        <Empty title="The drawing waits for the text">{design}</Empty>
      </div>
    )
  }
  return (
    <Drawn
      design={design}
      plan={plan}
      said={[...faultPairs(design, faults, 'error'), ...faultPairs(design, warnings, 'warning')]}
      depth={depth}
      onEdited={onEdited}
      onUndo={onUndo}
      onRedo={onRedo}
    />
  )
}

function faultPairs(design: Design, faults: readonly Pointed[], severity: StepFault['severity']) {
  return [...faultsByStep(design, faults, severity)]
}

function Drawn({
  design,
  plan,
  said,
  depth,
  onEdited,
  onUndo,
  onRedo,
}: {
  readonly design: Design
  readonly plan: PlanAnswer | undefined
  readonly said: readonly (readonly [number, readonly StepFault[]])[]
  readonly depth: HistoryDepth
  readonly onEdited: (source: Source) => void
  readonly onUndo: () => void
  readonly onRedo: () => void
}) {
  const { items } = design
  const [chosenId, setChosenId] = useState<string>()
  const [spot, setSpot] = useState<Spot>()
  const [notice, setNotice] = useState<Said>()
  const frame = useRef<HTMLDivElement>(null)
  const focusNext = useRef<string>(undefined)
  /** What sentences stand for that the plan does not have yet. */
  const learnt = useRef(new Map<string, Meant>())
  const chosen = items.find(({ id }) => id === chosenId)
  const compiled: Compiled = (index) => {
    const sentence = items[index]?.sentence?.trim() ?? ''
    const planned = plan?.steps.find(({ text }) => text?.trim() === sentence)
    if (planned === undefined) return learnt.current.get(sentence)
    return { uses: planned.uses, with: planned.with as Json }
  }
  // A step that has just been added, or is in another place, is where one goes on.
  useEffect(() => {
    const id = focusNext.current
    if (id === undefined || id !== chosenId) return
    focusNext.current = undefined
    // It ends by itself; what is drawn anew meanwhile does not end it.
    focusOnce(() => frame.current?.querySelector<HTMLElement>(`[data-step="${id}"]`))
  })
  const refuse = (error: unknown) => {
    if (!(error instanceof Error)) throw error
    setNotice({ text: error.message, isRefusal: true })
  }
  const take = ({ format, text, chosen: next, notice: told }: Edited, isFocused: boolean) => {
    onEdited({ format, text })
    setNotice(told === undefined ? undefined : { text: told, isRefusal: false })
    setChosenId(next)
    if (isFocused) focusNext.current = next
  }
  const edit = async (one: Edit): Promise<void> => {
    try {
      const edited = editDesign(design, one, compiled)
      const { chosen: next = one.do === 'setWorkflow' ? chosenId : undefined } = edited
      take({ ...edited, chosen: next }, !inPanel.has(one.do))
    } catch (error) {
      const later = error instanceof RefusedEdit ? await understood(error, one) : undefined
      if (later === undefined) refuse(error)
      else await edit(later)
    }
  }
  /** The edit as it can be made once a sentence is understood; undefined: it cannot. */
  const understood = async (error: RefusedEdit, one: Edit): Promise<Edit | undefined> => {
    const isNew = error instanceof SentenceRefused && one.do === 'add'
    const sentence = isNew
      ? one.step
      : error instanceof UncompiledSentence
        ? error.sentence
        : undefined
    if (typeof sentence !== 'string' || learnt.current.has(sentence)) return undefined
    const meant = await compileSentence(sentence).catch(() => undefined)
    if (meant === undefined) return undefined
    learnt.current.set(sentence, meant)
    return isNew ? { ...one, step: meant } : one
  }
  const add = (step: Json, at: Spot) => {
    setSpot(undefined)
    void edit({ do: 'add', step, spot: at })
  }
  const acts: StepActs = {
    choose: (index) => setChosenId(index === undefined ? undefined : items[index]?.id),
    connect: (from, to) => void edit({ do: 'connect', from, to }),
    disconnect: (from, to) => void edit({ do: 'disconnect', from, to }),
    addBetween: (from, to) => setSpot({ at: 'between', from, to }),
    addFrom: (index) => setSpot({ at: 'from', index }),
    addAt: setSpot,
    edit: (one) => void edit(one),
    replaceText: (index, text) => {
      try {
        take(replaceStepText(design, index, text, compiled), false)
        return undefined
      } catch (error) {
        if (error instanceof RefusedEdit) return error.message
        throw error
      }
    },
  }
  useKeys(frame, (event) => {
    const handled = actOfKey(event, { chosen: chosen?.index, acts, onUndo, onRedo })
    if (handled) event.preventDefault()
  })
  const faults = new Map<number, readonly StepFault[]>()
  for (const [index, some] of said) faults.set(index, [...(faults.get(index) ?? []), ...some])
  return (
    <div className="design" ref={frame}>
      <section className="card design-card" aria-label="Design">
        <div className="row design-bar">
          <Button look="primary" onClick={() => setSpot({ at: 'end' })}>
            <Plus size={15} aria-hidden="true" /> Add step
          </Button>
          <Button look="plain" label="Undo" disabled={depth.undo === 0} onClick={onUndo}>
            <Undo2 size={16} aria-hidden="true" />
          </Button>
          <Button look="plain" label="Redo" disabled={depth.redo === 0} onClick={onRedo}>
            <Redo2 size={16} aria-hidden="true" />
          </Button>
          <span className="soft">
            {items.length} {items.length === 1 ? 'step' : 'steps'}
            {plan === undefined || items.length === 0 ? '' : `, about ${plan.estimatedDuration}`}
          </span>
          <p
            className={notice?.isRefusal ? 'design-notice bad' : 'design-notice'}
            role="status"
            aria-live="polite"
          >
            {notice?.text}
          </p>
        </div>
        {items.length === 0 ? (
          <div className="design-graph">
            <Empty title="Nothing runs yet">
              <span>Add the first step: one of the kinds there are, or a sentence.</span>
            </Empty>
          </div>
        ) : (
          <DesignGraph
            items={items}
            chosen={chosen?.index}
            faults={faults}
            details={detailsOf(items)}
            acts={acts}
          />
        )}
      </section>
      <div className="card design-side">
        {chosen === undefined ? (
          <WorkflowPanel
            design={design}
            faults={faults.get(-1) ?? []}
            edit={(one) => void edit(one)}
            onAdd={() => setSpot({ at: 'end' })}
          />
        ) : (
          <StepPanel
            design={design}
            item={chosen}
            faults={faults.get(chosen.index) ?? []}
            understood={chosen.sentence === undefined ? undefined : compiled(chosen.index)}
            acts={acts}
          />
        )}
      </div>
      {spot === undefined ? null : (
        <StepPicker
          title={titleOf(spot, design)}
          onClose={() => setSpot(undefined)}
          onPick={(step) => add(step, spot)}
        />
      )}
    </div>
  )
}

function titleOf(spot: Spot, { items }: Design): string {
  const id = (index: number) => items[index]?.id ?? ''
  switch (spot.at) {
    case 'end':
      return 'Add a step'
    case 'between':
      return `Add a step between ${id(spot.from)} and ${id(spot.to)}`
    case 'from':
      return `Add a step after ${id(spot.index)}, beside what is there`
    default:
      return `Add a step ${spot.at} ${id(spot.index)}`
  }
}

/** What a key does, outside of fields; whether it did something. */
function actOfKey(
  { key, altKey, ctrlKey, metaKey, shiftKey, target }: KeyboardEvent,
  {
    chosen,
    acts,
    onUndo,
    onRedo,
  }: {
    readonly chosen: number | undefined
    readonly acts: StepActs
    readonly onUndo: () => void
    readonly onRedo: () => void
  },
): boolean {
  const isField =
    target instanceof Element && target.closest('input, textarea, select, [role=dialog]')
  if (isField) return false
  if (ctrlKey || metaKey) {
    const letter = key.toLowerCase()
    if (letter === 'z') (shiftKey ? onRedo : onUndo)()
    else if (letter === 'y') onRedo()
    else if (letter === 'd' && chosen !== undefined) acts.edit({ do: 'duplicate', index: chosen })
    else return false
    return true
  }
  if (chosen === undefined) return false
  if (altKey) {
    if (key !== 'ArrowUp' && key !== 'ArrowDown') return false
    acts.edit({ do: 'move', index: chosen, to: chosen + (key === 'ArrowUp' ? -1 : 1) })
    return true
  }
  if (key === 'Delete' || key === 'Backspace') acts.edit({ do: 'remove', index: chosen })
  else if (key === 'a') acts.addAt({ at: 'after', index: chosen })
  else if (key === 'b') acts.addAt({ at: 'beside', index: chosen })
  else if (key === 'Escape') acts.choose(undefined)
  else return false
  return true
}
