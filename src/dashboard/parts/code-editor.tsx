import { isolateHistory, redo, redoDepth, undo, undoDepth } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { basicSetup } from 'codemirror'
import { type RefObject, useEffect, useRef } from 'react'
import { changeBetween } from '../design/lines.ts'
import { editorTheme } from './editor-theme.ts'
import type { Mark } from './mark.ts'

export type Language = 'yaml' | 'json' | 'text'

const languages = { yaml: () => [yaml()], json: () => [json()], text: () => [] }

/** What was changed can be taken back, from elsewhere on the page too. */
export interface EditorHistory {
  undo(): void
  redo(): void
  /** What is set next from outside is taken back on its own, not with what was typed before it. */
  isolate(): void
}

export interface HistoryDepth {
  readonly undo: number
  readonly redo: number
}

/**
 * An editor for YAML and JSON. It stands in a shadow root: there its styles are sheets of the
 * document, which a policy without inline styles lets in.
 */
export function CodeEditor({
  text,
  language,
  marks,
  label,
  onChange,
  history,
  onHistory,
}: {
  readonly text: string
  readonly language: Language
  readonly marks: readonly Mark[]
  readonly label: string
  /** Absent: it is only read. */
  readonly onChange?: (text: string) => void
  readonly history?: RefObject<EditorHistory | undefined>
  readonly onHistory?: (depth: HistoryDepth) => void
}) {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView>(undefined)
  const tell = useRef(onChange)
  tell.current = onChange
  const tellDepth = useRef(onHistory)
  tellDepth.current = onHistory
  const initial = useRef(text)
  initial.current = text
  useEffect(() => {
    if (host.current === null) return
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const view = new EditorView({
      root,
      parent: root as unknown as Element,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          basicSetup,
          ...languages[language](),
          lintGutter(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) tell.current?.(update.state.doc.toString())
            const { state } = update
            if (update.docChanged) tellDepth.current?.(depthOf(state))
          }),
          EditorState.readOnly.of(tell.current === undefined),
          editorTheme,
        ],
      }),
    })
    editor.current = view
    tellDepth.current?.(depthOf(view.state))
    if (history !== undefined) {
      history.current = {
        undo: () => undo(view),
        redo: () => redo(view),
        isolate: () => view.dispatch({ annotations: isolateHistory.of('full') }),
      }
    }
    return () => view.destroy()
  }, [language, label, history])
  useEffect(() => {
    const view = editor.current
    if (view === undefined || view.state.doc.toString() === text) return
    view.dispatch({ changes: changeBetween(view.state.doc.toString(), text) })
  }, [text])
  useEffect(() => {
    const view = editor.current
    if (view === undefined) return
    const end = view.state.doc.length
    const diagnostics = marks.map(
      ({ from, to, ...mark }): Diagnostic => ({
        ...mark,
        from: Math.min(from, end),
        to: Math.min(Math.max(to, from), end),
      }),
    )
    view.dispatch(setDiagnostics(view.state, diagnostics))
  }, [marks])
  return <div className="editor" ref={host} />
}

function depthOf(state: EditorState): HistoryDepth {
  return { undo: undoDepth(state), redo: redoDepth(state) }
}
