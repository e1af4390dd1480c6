import { useMemo, useState } from 'react'
import { usePlan } from '../../api/plans.ts'
import { ProblemError } from '../../api/problem.ts'
import type { Source } from '../../design/design.ts'
import type { Mark } from '../../parts/mark.ts'
import { type Fault, type Format, marksOf, readDraft } from './draft.ts'

export type View = 'text' | 'design'

const nothing: Readonly<Record<Format, string>> = { sentences: '', yaml: '', json: '' }

/** A workflow while it is written: its text in each format, and what the service makes of it. */
export function useWriting(initial: Source, initialView: View) {
  const [format, setFormat] = useState<Format>(initial.format)
  const [texts, setTexts] = useState({ ...nothing, [initial.format]: initial.text })
  const [view, setView] = useState<View>(initialView)
  /** What it was before an edit gave it another format. */
  const [before, setBefore] = useState<Source>()
  const text = texts[format]
  const source = useMemo((): Source => ({ format, text }), [format, text])
  const draft = useMemo(() => readDraft(text, format), [text, format])
  const { data: plan, error, isCurrent } = usePlan(draft)
  const faults: readonly Fault[] = error instanceof ProblemError ? (error.problem.faults ?? []) : []
  const marks = useMemo((): readonly Mark[] => {
    if (draft === undefined) return []
    if (draft.faults.length > 0) return draft.faults
    if (error instanceof ProblemError) {
      return marksOf(text, format, error.problem.faults ?? [], 'error')
    }
    return marksOf(text, format, plan?.warnings ?? [], 'warning')
  }, [draft, error, plan, text, format])
  const isReady = draft !== undefined && marks.every(({ severity }) => severity === 'warning')
  const setSource = (next: Source) => {
    setFormat(next.format)
    setTexts((all) => ({ ...all, [next.format]: next.text }))
  }
  return {
    source,
    draft,
    plan: draft === undefined ? undefined : plan,
    error,
    faults,
    warnings: error === null ? (plan?.warnings ?? []) : [],
    marks,
    isCurrent,
    /** Whether it could be started or saved as it stands. */
    isReady: isReady && error === null,
    view,
    setView,
    setFormat: (next: Format) => {
      setBefore(undefined)
      setFormat(next)
    },
    setText: (next: string) => setTexts((all) => ({ ...all, [format]: next })),
    /** Another text altogether. */
    begin: (next: Source) => {
      setBefore(undefined)
      setSource(next)
    },
    /** The same workflow after an edit, in another format where that could not be said in its own. */
    edited: (next: Source) => {
      if (next.format !== format) setBefore(source)
      setSource(next)
    },
    /** The format before an edit gave it another one: its editor keeps what can be taken back. */
    formatBefore: before?.format,
    /** Back to the format that an edit changed; undefined where none did. */
    revert:
      before === undefined
        ? undefined
        : () => {
            setSource(before)
            setBefore(undefined)
          },
  }
}

export type Writing = ReturnType<typeof useWriting>
