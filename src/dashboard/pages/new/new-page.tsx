import '../../styles/new.css'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Play, Terminal } from 'lucide-react'
import { useState } from 'react'
import { useStart } from '../../api/plans.ts'
import { useMay, useSignIn } from '../../api/sign-in.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { curlOf, type Format } from './draft.ts'
import { examples } from './examples.ts'
import { SaveAsWorkflow } from './save-dialog.tsx'
import { SavedStart } from './saved-start.tsx'
import { useWriting } from './use-writing.ts'
import { ViewChoice } from './view-choice.tsx'
import { WritingView } from './writing-view.tsx'

const formats: readonly (readonly [format: Format, name: string])[] = [
  ['sentences', 'Sentences'],
  ['yaml', 'YAML'],
  ['json', 'JSON'],
]

/** Writes a workflow or draws it, sees what it would run, and starts or saves it. */
export function NewPage() {
  const { workflow, view } = useSearch({ from: '/new' })
  const [isSaved, setSaved] = useState(workflow !== undefined)
  const writing = useWriting(
    { format: 'sentences', text: '' },
    view === 'design' ? 'design' : 'text',
  )
  const { draft, isReady, source } = writing
  const start = useStart()
  const navigate = useNavigate()
  const mayRun = useMay('run')
  const { data: signIn } = useSignIn()
  const begin = () =>
    draft !== undefined &&
    start.mutate(draft, {
      onSuccess: ({ sessionId }) =>
        void navigate({ to: '/sessions/$id', params: { id: sessionId } }),
    })
  return (
    <>
      <PageHead title="New session">
        <CopyButton
          disabled={draft === undefined || isSaved}
          text={() =>
            draft === undefined ? '' : curlOf(location.origin, draft, signIn?.needed === true)
          }
          icon={<Terminal size={15} aria-hidden="true" />}
        >
          Copy as curl
        </CopyButton>
        {isSaved ? null : (
          <>
            <SaveAsWorkflow draft={draft} isReady={isReady} />
            <Button
              look="primary"
              disabled={!isReady || !mayRun || start.isPending}
              onClick={begin}
            >
              <Play size={15} aria-hidden="true" /> Start
            </Button>
          </>
        )}
      </PageHead>
      <div className="row">
        <fieldset className="row group">
          <legend className="visually-hidden">Format</legend>
          {formats.map(([key, name]) => (
            <Button
              key={key}
              aria-pressed={!isSaved && key === source.format}
              onClick={() => {
                setSaved(false)
                writing.setFormat(key)
              }}
            >
              {name}
            </Button>
          ))}
          <Button aria-pressed={isSaved} onClick={() => setSaved(true)}>
            Saved workflow
          </Button>
        </fieldset>
        {isSaved ? null : <ViewChoice view={writing.view} onChange={writing.setView} />}
        <label className="row example-choice">
          <span className="soft">Begin with</span>
          <select
            className="select"
            value=""
            onChange={({ target }) => {
              const example = examples.find(({ name }) => name === target.value)
              if (example === undefined) return
              setSaved(false)
              writing.begin({ format: example.format, text: example.text })
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
      {isSaved ? <SavedStart /> : <WritingView writing={writing} />}
    </>
  )
}
