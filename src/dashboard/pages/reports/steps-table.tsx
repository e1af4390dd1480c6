import type { StepsReport } from '../../api/types.ts'
import { duration } from '../../parts/format.ts'
import { Meter } from '../../parts/meter.tsx'

const SHOWN = 20

/** The steps that took most of the time. */
export function StepsTable({ report }: { readonly report: StepsReport }) {
  const { sessions, isWhole, steps } = report
  if (steps.length === 0) return null
  return (
    <section className="card table-wrap" aria-labelledby="report-steps">
      <h2 id="report-steps" className="table-title">
        Where the time goes
      </h2>
      <p className="soft table-lead">
        Steps of {isWhole ? 'all' : 'the newest'} {sessions.toLocaleString()} sessions that ended.
      </p>
      <table className="table">
        <thead>
          <tr>
            <th>Step</th>
            <th>Part of all time</th>
            <th className="hide-small">95 %, up to</th>
            <th className="hide-small">Runs</th>
            <th>Failed</th>
            <th className="hide-small">Retries</th>
          </tr>
        </thead>
        <tbody>
          {steps.slice(0, SHOWN).map((step) => {
            const { workflow, name, uses, completed, failed, retries, durationMs, share } = step
            return (
              <tr key={JSON.stringify([workflow, name, step.step, uses])}>
                <td className="main-cell">
                  {step.step}
                  <div className="sub">{[workflow ?? name, uses].filter(Boolean).join(' · ')}</div>
                </td>
                <td>
                  <Meter percent={share * 100} tone="busy" label={`Part of ${step.step}`} />
                </td>
                <td className="num hide-small">
                  {durationMs === null ? '–' : duration(durationMs.p95)}
                </td>
                <td className="num hide-small">{(completed + failed).toLocaleString()}</td>
                <td className="num">{failed.toLocaleString()}</td>
                <td className="num hide-small">{retries.toLocaleString()}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
