import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from 'react'
import { CodeEditor, type EditorHistory, type HistoryDepth } from '../../parts/code-editor.tsx'
import { Empty, Loading } from '../../parts/empty.tsx'
import type { Mark } from '../../parts/mark.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import type { Format } from './draft.ts'
import { PlanPreview } from './plan-preview.tsx'
import type { Writing } from './use-writing.ts'

const Designer = lazy(async () => {
  const { Designer: component } = await import('../../designer/designer.tsx')
  return { default: component }
})

type Histories = Partial<Record<Format, EditorHistory>>

const noMarks: readonly Mark[] = []

const none: HistoryDepth = { undo: 0, redo: 0 }

/** A workflow as its text beside its plan, or as a graph to change; the editor keeps both one history. */
export function WritingView({ writing }: { readonly writing: Writing }) {
  const { source, draft, plan, error, faults, warnings, marks, isCurrent, view, revert } = writing
  const { format, text } = source
  const histories = useRef<Histories>({})
  const [depths, setDepths] = useState<Readonly<Partial<Record<Format, HistoryDepth>>>>({})
  const depth = depths[format] ?? none
  const shown = [...new Set([writing.formatBefore ?? format, format])]
  const isDesign = view === 'design'
  return (
    <>
      {isDesign ? (
        <Suspense fallback={<Loading />}>
          <Designer
            source={source}
            plan={plan}
            faults={faults}
            warnings={warnings}
            depth={depth.undo === 0 && revert !== undefined ? { ...depth, undo: 1 } : depth}
            onEdited={(next) => {
              histories.current[format]?.isolate()
              writing.edited(next)
            }}
            onUndo={() => {
              if (depth.undo === 0 && revert !== undefined) revert()
              else histories.current[format]?.undo()
            }}
            onRedo={() => histories.current[format]?.redo()}
          />
        </Suspense>
      ) : null}
      <div className={isDesign ? 'stack' : 'split new-split'} hidden={isDesign && error === null}>
        <section className="card editor-card" hidden={isDesign}>
          {shown.map((one) => (
            <div key={one} hidden={one !== format}>
              <WritingEditor
                format={one}
                text={one === format ? text : undefined}
                marks={one === format ? marks : noMarks}
                histories={histories}
                onHistory={(next) => setDepths((all) => ({ ...all, [one]: next }))}
                onChange={writing.setText}
              />
            </div>
          ))}
          {marks.length === 0 ? null : (
            <ul className="faults" aria-label="Faults">
              {marks.map(({ from, severity, message }) => (
                <li key={`${from} ${message}`} className={severity === 'error' ? 'bad' : 'warn'}>
                  <span className="num">line {text.slice(0, from).split('\n').length}</span>
                  {message}
                </li>
              ))}
            </ul>
          )}
          {error !== null && faults.length === 0 ? <ProblemNote error={error} /> : null}
        </section>
        {isDesign ? (
          error !== null && faults.length === 0 ? (
            <ProblemNote error={error} />
          ) : null
        ) : (
          <section
            className="card plan-card"
            aria-label="Plan"
            data-stale={!isCurrent || undefined}
          >
            {draft === undefined || plan === undefined ? (
              <Empty title="What would run is drawn here">
                Write a step in each line, such as “Wait 2 seconds”, or begin with an example.
              </Empty>
            ) : (
              <PlanPreview plan={plan} />
            )}
          </section>
        )}
      </div>
    </>
  )
}

/** One format's editor; out of sight it keeps its text, and what can be taken back in it. */
function WritingEditor({
  format,
  text,
  marks,
  histories,
  onHistory,
  onChange,
}: {
  readonly format: Format
  /** Undefined: it is out of sight. */
  readonly text: string | undefined
  readonly marks: readonly Mark[]
  readonly histories: RefObject<Histories>
  readonly onHistory: (depth: HistoryDepth) => void
  readonly onChange: (text: string) => void
}) {
  const last = useRef(text ?? '')
  if (text !== undefined) last.current = text
  const history = useRef<EditorHistory>(undefined)
  useEffect(() => {
    const all = histories.current
    all[format] = {
      undo: () => history.current?.undo(),
      redo: () => history.current?.redo(),
      isolate: () => history.current?.isolate(),
    }
    return () => {
      delete all[format]
    }
  }, [histories, format])
  return (
    <CodeEditor
      label={format === 'sentences' ? 'Sentences, one in each line' : `Workflow as ${format}`}
      text={last.current}
      language={format === 'sentences' ? 'text' : format}
      marks={marks}
      history={history}
      onHistory={onHistory}
      onChange={onChange}
    />
  )
}
