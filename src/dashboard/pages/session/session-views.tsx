import { type ComponentType, lazy, Suspense } from 'react'
import { Loading } from '../../parts/empty.tsx'
import { LogView } from './log-view.tsx'
import { ReasoningView } from './reasoning-view.tsx'
import { ScreensView } from './screens-view.tsx'
import type { Shown } from './shown.ts'
import { StepsView } from './steps-view.tsx'
import { TimelineView } from './timeline-view.tsx'
import { VariablesView } from './variables-view.tsx'

const GraphView = lazy(() =>
  import('./graph-view.tsx').then(({ GraphView }) => ({ default: GraphView })),
)

const views: Readonly<Record<string, readonly [name: string, view: ComponentType<Shown>]>> = {
  graph: ['Graph', GraphView],
  steps: ['Steps', StepsView],
  timeline: ['Timeline', TimelineView],
  log: ['Log', LogView],
  screens: ['Browser', ScreensView],
  reasoning: ['Reasoning', ReasoningView],
  variables: ['Variables', VariablesView],
}

/** Beyond this a picture of all steps helps nobody. */
const MANY_STEPS = 300

/** The session from one of several sides; those it has nothing to show of are left out. */
export function SessionViews(shown: Shown) {
  const { log, search, go, events, session } = shown
  const usual = log.steps.size > MANY_STEPS ? 'steps' : 'graph'
  const has = {
    screens: session.steps.some(({ uses }) => uses === 'browser'),
    reasoning: events.some(({ type }) => type.startsWith('ai.')),
    variables: log.variables.size > 0 || session.vars !== undefined,
  }
  const offered = Object.entries(views).filter(([key]) => has[key as keyof typeof has] !== false)
  const current = offered.find(([key]) => key === (search.view ?? usual)) ?? offered[0]
  if (current === undefined) return null
  const [active, [, View]] = current
  const names = offered.map(([key]) => key)
  return (
    <section className="card session-view">
      <div
        className="tabs"
        role="tablist"
        aria-label="Views"
        onKeyDown={({ key, currentTarget }) => {
          const by = { ArrowRight: 1, ArrowLeft: -1 }[key]
          if (by === undefined) return
          const next = names.at((names.indexOf(active) + by) % names.length) ?? active
          go({ view: next })
          currentTarget.querySelector<HTMLElement>(`[data-view="${next}"]`)?.focus()
        }}
      >
        {offered.map(([key, [name]]) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`tab-${key}`}
            data-view={key}
            className="tab"
            aria-selected={key === active}
            aria-controls="view"
            tabIndex={key === active ? 0 : -1}
            onClick={() => go({ view: key })}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="view" aria-labelledby={`tab-${active}`} className="view-body">
        <Suspense fallback={<Loading />}>
          <View {...shown} />
        </Suspense>
      </div>
    </section>
  )
}
