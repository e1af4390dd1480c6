import { useState } from 'react'
import { useAnswer, useInteraction } from '../../api/inbox.ts'
import { useMay, useSignIn } from '../../api/sign-in.ts'
import type { JsonSchema } from '../../api/types.ts'
import { Button } from '../../parts/button.tsx'
import { JsonView } from '../../parts/json-view.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { initialValue, SchemaForm } from '../../parts/schema-form.tsx'
import { PushBackDialog } from './push-back-dialog.tsx'

/** What is asked, as far as an answer needs it. */
export interface Asked {
  readonly interactionId: string
  readonly sessionId: string
  /** Who asks. */
  readonly stepId: string
  readonly kind: string
  readonly prompt?: string | undefined
  readonly signal?: string | undefined
  readonly resultSchema?: JsonSchema | Record<string, unknown> | undefined
  readonly failure?: { readonly code: string; readonly message: string } | undefined
  readonly approvers?: readonly string[] | undefined
}

const choices: Readonly<Record<string, readonly (readonly [value: string, label: string])[]>> = {
  approval: [
    ['approve', 'Approve'],
    ['push_back', 'Push back…'],
    ['reject', 'Reject'],
  ],
  escalation: [
    ['retry', 'Retry'],
    ['skip', 'Skip'],
    ['complete', 'Complete'],
    ['fail', 'Let fail'],
  ],
  client: [
    ['ok', 'Done'],
    ['warning', 'Done, with a warning'],
    ['error', 'It went wrong'],
  ],
  signal: [['send', 'Send the signal']],
}

/** What the answer's value is called, where it is not just the output. */
const fieldLabels: Readonly<Record<string, string>> = {
  escalation: 'Output, as JSON, where it is completed',
  signal: 'Payload, as JSON',
}

/** What is asked, with a form for the answer. */
export function AnswerForm({ asked }: { readonly asked: Asked }) {
  const { kind, prompt, failure, approvers } = asked
  const schema = asked.resultSchema as JsonSchema | undefined
  const mayAnswer = useMay('answer')
  const { data: signIn } = useSignIn()
  const answer = useAnswer()
  const [value, setValue] = useState<unknown>(() => initialValue(schema))
  const [note, setNote] = useState('')
  const [actor, setActor] = useState('')
  const isReadable = !(value instanceof Error)
  const [isPushing, setPushing] = useState(false)
  const send = (choice: string) => answer.mutate(requestOf(asked, { choice, value, note, actor }))
  const pushBack = (toStep: string, why: string) => {
    const given = { choice: 'push_back', value, note: why, actor, toStep }
    answer.mutate(requestOf(asked, given), { onSuccess: () => setPushing(false) })
  }
  const offered = choices[kind] ?? []
  const hasNote = kind !== 'signal'
  const isForPeople = kind === 'approval' || kind === 'escalation'
  return (
    <form className="stack-small answer" onSubmit={(event) => event.preventDefault()}>
      {prompt === undefined ? null : <p className="prompt">{prompt}</p>}
      {failure === undefined ? null : (
        <div className="problem">
          <strong>{failure.code}</strong>
          <span>{failure.message}</span>
        </div>
      )}
      {kind === 'client' ? <Work id={asked.interactionId} /> : null}
      {approvers === undefined ? null : (
        <p className="soft">May be answered by {approvers.join(', ')}.</p>
      )}
      {!mayAnswer ? <p className="soft">Your key cannot answer.</p> : null}
      {kind === 'approval' && schema === undefined ? null : (
        <SchemaForm schema={schema} onChange={setValue} label={fieldLabels[kind]} />
      )}
      {hasNote ? (
        <label className="field">
          <span>Note</span>
          <input className="input" value={note} onChange={({ target }) => setNote(target.value)} />
        </label>
      ) : null}
      {isForPeople ? (
        <label className="field">
          <span>Who you are</span>
          <input
            className="input"
            value={actor}
            placeholder={
              approvers?.[0] ?? (signIn?.needed ? 'the name of the key' : 'a name for the log')
            }
            onChange={({ target }) => setActor(target.value)}
          />
        </label>
      ) : null}
      {isPushing ? null : <ProblemNote error={answer.error} />}
      <PushBackDialog
        sessionId={asked.sessionId}
        stepId={asked.stepId}
        note={note}
        isOpen={isPushing}
        isPending={answer.isPending}
        error={answer.error}
        onClose={() => setPushing(false)}
        onPushBack={pushBack}
      />
      <div className="row">
        {offered.map(([choice, label], index) => (
          <Button
            key={choice}
            type={index === 0 ? 'submit' : 'button'}
            {...(index === 0 ? { look: 'primary' as const } : {})}
            disabled={!mayAnswer || !isReadable || answer.isPending || answer.isSuccess}
            onClick={() => (choice === 'push_back' ? setPushing(true) : send(choice))}
          >
            {label}
          </Button>
        ))}
        {isReadable ? null : <span className="soft">{String(value)}</span>}
        {answer.isSuccess ? <span role="status">Answered.</span> : null}
      </div>
    </form>
  )
}

/** What somebody outside is to do. */
function Work({ id }: { readonly id: string }) {
  const { data } = useInteraction(id)
  if (data === undefined) return null
  const { command, triesLeft = 0 } = data
  return (
    <>
      {command === undefined ? null : <JsonView value={command} label="What is to be done" />}
      {triesLeft === 0 ? null : (
        <p className="soft">
          Where it goes wrong it is asked for again,{' '}
          {triesLeft === 1 ? 'once' : `${triesLeft} times`} at the most.
        </p>
      )}
    </>
  )
}

interface Given {
  readonly choice: string
  readonly value: unknown
  readonly note: string
  readonly actor: string
  readonly toStep?: string
}

function requestOf({ kind, interactionId, sessionId, signal = '' }: Asked, given: Given) {
  const { choice, value, note, actor, toStep } = given
  if (kind === 'signal') {
    const path = `/v1/sessions/${sessionId}/signals/${encodeURIComponent(signal)}`
    return { path, body: value === undefined ? {} : { payload: value } }
  }
  if (kind === 'client') {
    const error = choice === 'ok' ? undefined : { message: note || choice }
    const output = value === undefined || choice === 'error' ? {} : { output: value }
    const path = `/v1/interactions/${interactionId}/result`
    return { path, body: { status: choice, ...output, ...(error === undefined ? {} : { error }) } }
  }
  const takesOutput = choice === 'approve' || choice === 'complete'
  return {
    path: `/v1/interactions/${interactionId}/answer`,
    body: {
      decision: choice,
      ...(toStep === undefined ? {} : { toStep }),
      ...(takesOutput && value !== undefined ? { output: value } : {}),
      ...(note === '' ? {} : { note }),
      ...(actor === '' ? {} : { actor }),
    },
  }
}
