import '../../styles/new.css'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Play, Terminal } from 'lucide-react'
import { useMemo, useState } from 'react'
import { usePlan, useStart } from '../../api/plans.ts'
import { ProblemError } from '../../api/problem.ts'
import { useMay, useSignIn } from '../../api/sign-in.ts'
import { Button } from '../../parts/button.tsx'
import { CodeEditor } from '../../parts/code-editor.tsx'
import { Empty } from '../../parts/empty.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { curlOf, type Format, markOf, readDraft } from './draft.ts'
import { examples } from './examples.ts'
import { PlanPreview } from './plan-preview.tsx'
import { SavedStart } from './saved-start.tsx'

const formats: readonly (readonly [format: Format, name: string])[] = [
  ['sentences', 'Sentences'],
  ['yaml', 'YAML'],
  ['json', 'JSON'],
]

/** Writes a workflow, sees what it would run as it is typed, and starts it. */
export function NewPage() {
  const [format, setFormat] = useState<Format>('sentences')
  const [texts, setTexts] = useState<Readonly<Record<Format, string>>>({
    sentences: '',
    yaml: '',
    json: '',
  })
  const { workflow } = useSearch({ from: '/new' })
  const [isSaved, setSaved] = useState(workflow !== undefined)
  const text = texts[format]
  const draft = useMemo(() => readDraft(text, format), [text, format])
  const { data: plan, error, isCurrent } = usePlan(draft)
  const start = useStart()
  const navigate = useNavigate()
  const mayRun = useMay('run')
  const { data: signIn } = useSignIn()
  const faults = error instanceof ProblemError ? (error.problem.faults ?? []) : []
  const marks = useMemo(() => {
    if (draft === undefined) return []
    if (draft.faults.length > 0) return draft.faults
    if (error instanceof ProblemError) {
      return (error.problem.faults ?? []).map((fault) => markOf(text, format, fault, 'error'))
    }
    return plan?.warnings.map((warning) => markOf(text, format, warning, 'warning')) ?? []
  }, [draft, error, plan, text, format])
  const isReady = draft !== undefined && marks.every(({ severity }) => severity === 'warning')
  const setText = (next: string) => setTexts((before) => ({ ...before, [format]: next }))
  const begin = () =>
    draft !== undefined &&
    start.mutate(draft, {
      onSuccess: ({ sessionId }) =>
        void navigate({ to: '/sessions/$id', params: { id: sessionId } }),
    })
  return (
    <>
      <PageHead title="New session">
        <Button
          disabled={draft === undefined || isSaved}
          onClick={() =>
            draft !== undefined &&
            void navigator.clipboard.writeText(
              curlOf(location.origin, draft, signIn?.needed === true),
            )
          }
        >
          <Terminal size={15} aria-hidden="true" /> Copy as curl
        </Button>
        {isSaved ? null : (
          <Button
            look="primary"
            disabled={!isReady || !mayRun || start.isPending || error !== null}
            onClick={begin}
          >
            <Play size={15} aria-hidden="true" /> Start
          </Button>
        )}
      </PageHead>
      <div className="row">
        <fieldset className="row group">
          <legend className="visually-hidden">Format</legend>
          {formats.map(([key, name]) => (
            <Button
              key={key}
              aria-pressed={!isSaved && key === format}
              onClick={() => {
                setSaved(false)
                setFormat(key)
              }}
            >
              {name}
            </Button>
          ))}
          <Button aria-pressed={isSaved} onClick={() => setSaved(true)}>
            Saved workflow
          </Button>
        </fieldset>
        <label className="row example-choice">
          <span className="soft">Begin with</span>
          <select
            className="select"
            value=""
            onChange={({ target }) => {
              const example = examples.find(({ name }) => name === target.value)
              if (example === undefined) return
              setSaved(false)
              setFormat(example.format)
              setTexts((before) => ({ ...before, [example.format]: example.text }))
            }}
          >
            <option value="">an example…</option>
            {examples.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      <ProblemNote error={start.error} />
      {isSaved ? (
        <SavedStart />
      ) : (
        <div className="split new-split">
          <section className="card editor-card">
            <CodeEditor
              key={format}
              label={
                format === 'sentences' ? 'Sentences, one in each line' : `Workflow as ${format}`
              }
              text={text}
              language={format === 'sentences' ? 'text' : format}
              marks={marks}
              onChange={setText}
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
        </div>
      )}
    </>
  )
}
