import { lazy, Suspense, useRef, useState } from 'react'
import { CodeEditor, type EditorHistory, type HistoryDepth } from '../../parts/code-editor.tsx'
import { Empty, Loading } from '../../parts/empty.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { PlanPreview } from './plan-preview.tsx'
import type { Writing } from './use-writing.ts'

const Designer = lazy(async () => {
  const { Designer: component } = await import('../../designer/designer.tsx')
  return { default: component }
})

const none: HistoryDepth = { undo: 0, redo: 0 }

/** A workflow as its text beside its plan, or as a graph to change; the editor keeps both one history. */
export function WritingView({ writing }: { readonly writing: Writing }) {
  const { source, draft, plan, error, faults, warnings, marks, isCurrent, view, revert } = writing
  const { format, text } = source
  const history = useRef<EditorHistory>(undefined)
  const [depth, setDepth] = useState(none)
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
              history.current?.isolate()
              writing.edited(next)
            }}
            onUndo={() => {
              if (depth.undo === 0 && revert !== undefined) revert()
              else history.current?.undo()
            }}
            onRedo={() => history.current?.redo()}
          />
        </Suspense>
      ) : null}
      <div className={isDesign ? 'stack' : 'split new-split'}>
        <section className="card editor-card" hidden={isDesign}>
          <CodeEditor
            key={format}
            label={format === 'sentences' ? 'Sentences, one in each line' : `Workflow as ${format}`}
            text={text}
            language={format === 'sentences' ? 'text' : format}
            marks={marks}
            history={history}
            onHistory={setDepth}
            onChange={writing.setText}
          />
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
