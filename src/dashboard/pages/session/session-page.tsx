import '../../styles/session.css'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useSession } from '../../live/use-session.ts'
import { hasEnded } from '../../log/possible.ts'
import { Loading } from '../../parts/empty.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { SessionHead } from './session-head.tsx'
import { SessionViews } from './session-views.tsx'
import { StepPanel } from './step-panel.tsx'
import { TimeSlider } from './time-slider.tsx'

/** One session: what its log says, now or after one of its events. */
export function SessionPage() {
  const { id } = useParams({ from: '/sessions/$id' })
  const search = useSearch({ from: '/sessions/$id' })
  const navigate = useNavigate()
  const followed = useSession(id)
  const { follower, session, events, book, log: latest, stream, known, error, isCut } = followed
  const atSeq = seqOf(search.atSeq)
  const isPast = atSeq !== undefined && atSeq < latest.seq
  const log = useMemo(
    () => (isPast ? follower.at(atSeq) : latest),
    [isPast, atSeq, latest, follower],
  )
  const go = (changes: Record<string, string | undefined>) =>
    void navigate({
      to: '/sessions/$id',
      params: { id },
      search: (before) => ({ ...before, ...changes }),
      replace: 'atSeq' in changes || 'find' in changes,
    })
  if (error !== undefined) {
    return (
      <>
        <PageHead title="Session" />
        <ProblemNote error={error} />
      </>
    )
  }
  if (session === undefined) return <Loading />
  const step = search.step === undefined ? undefined : log.steps.get(search.step)
  const shown = { id, session, log, events, book, known, isPast, go, search }
  return (
    <>
      <SessionHead {...shown} stream={stream} />
      {isCut ? (
        <div className="note tone-warn">
          The first events of this session are not kept any more: what is shown begins with those
          that are.
        </div>
      ) : null}
      <TimeSlider
        latest={latest.seq}
        known={hasEnded(latest) ? latest.seq : known}
        atSeq={isPast ? atSeq : undefined}
        log={log}
        onChange={(seq) => go({ atSeq: seq === undefined ? undefined : String(seq) })}
      />
      <div className="session-body" data-panel={step !== undefined || undefined}>
        <SessionViews {...shown} />
        {step === undefined ? null : <StepPanel key={step.id} {...shown} step={step} />}
      </div>
    </>
  )
}

function seqOf(text: string | undefined): number | undefined {
  const seq = Number(text)
  return text !== undefined && Number.isInteger(seq) && seq >= 1 ? seq : undefined
}
