import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import '../../styles/reports.css'
import { useSessionsReport, useStepsReport } from '../../api/reports.ts'
import type { SessionsReport } from '../../api/types.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, Loading } from '../../parts/empty.tsx'
import { duration } from '../../parts/format.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { DurationsChart } from './durations-chart.tsx'
import { FailuresTable } from './failures-table.tsx'
import { filledPeriods, type Span, spans, startOf } from './spans.ts'
import { StatusChart } from './status-chart.tsx'
import { StepsTable } from './steps-table.tsx'
import { WorkflowsTable } from './workflows-table.tsx'

/** How sessions went lately, and where their time goes. */
export function ReportsPage() {
  const { since = '7d', ...narrowed } = useSearch({ from: '/reports' })
  const span = spans.find(({ name }) => name === since) ?? spans[1]
  // The same for a while, so that it is the same question.
  const createdAfter = useMemo(() => startOf(span, Date.now()), [span])
  const filter = { ...narrowed, createdAfter }
  const sessions = useSessionsReport(filter, span.per)
  const steps = useStepsReport(filter)
  const report = sessions.data
  const periods = filledPeriods(report?.periods ?? [], span)
  return (
    <>
      <PageHead title="Reports" lead="How sessions went, and where their time goes." />
      <ReportFilters span={span} narrowed={narrowed} />
      <ProblemNote error={sessions.error ?? steps.error} />
      {report === undefined && sessions.error === null ? <Loading /> : null}
      {report?.sessions === 0 ? (
        <div className="card">
          <Empty title="No sessions in this time">Choose a longer one, or other filters.</Empty>
        </div>
      ) : null}
      {report === undefined || report.sessions === 0 ? null : (
        <>
          <Figures report={report} />
          <div className="report-charts">
            <StatusChart periods={periods} per={span.per} />
            <DurationsChart periods={periods} per={span.per} />
          </div>
          <WorkflowsTable workflows={report.workflows} />
          <FailuresTable failures={report.failures} />
          {steps.data === undefined ? <Loading /> : <StepsTable report={steps.data} />}
        </>
      )}
    </>
  )
}

const texts = [
  ['workflow', 'Workflow', 'saved workflow'],
  ['name', 'Name', 'name'],
  ['label', 'Labels', 'env:prod, team:a'],
] as const

type Narrowed = { readonly [K in (typeof texts)[number][0]]?: string | undefined }

function ReportFilters({ span, narrowed }: { readonly span: Span; readonly narrowed: Narrowed }) {
  const navigate = useNavigate()
  const change = (changes: object) =>
    void navigate({
      to: '/reports',
      search: { since: span.name, ...narrowed, ...changes },
      replace: true,
    })
  return (
    <form
      className="row"
      key={JSON.stringify(narrowed)}
      onSubmit={(event) => {
        event.preventDefault()
        change(Object.fromEntries(new FormData(event.currentTarget)))
      }}
    >
      <fieldset className="row filter-row group">
        <legend className="visually-hidden">Time</legend>
        {spans.map(({ name, words }) => (
          <Button
            key={name}
            aria-pressed={name === span.name}
            onClick={() => change({ since: name })}
          >
            {words}
          </Button>
        ))}
      </fieldset>
      {texts.map(([field, label, hint]) => (
        <input
          key={field}
          className="input report-filter"
          name={field}
          aria-label={label}
          placeholder={hint}
          defaultValue={narrowed[field] ?? ''}
        />
      ))}
      <Button type="submit">Apply</Button>
    </form>
  )
}

function Figures({ report }: { readonly report: SessionsReport }) {
  const { sessions, isWhole, successRate, durationMs, byStatus } = report
  const figures = [
    ['Sessions', `${sessions.toLocaleString()}${isWhole ? '' : ', the newest'}`],
    ['Completed', successRate === null ? '–' : `${(successRate * 100).toFixed(1)} %`],
    ['Failed', (byStatus.failed ?? 0).toLocaleString()],
    ['Half take up to', durationMs === null ? '–' : duration(durationMs.p50)],
    ['95 % take up to', durationMs === null ? '–' : duration(durationMs.p95)],
  ]
  return (
    <dl className="card padded figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
