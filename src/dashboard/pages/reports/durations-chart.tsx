import { CartesianGrid, Legend, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts'
import { duration } from '../../parts/format.ts'
import { ChartCard, legendText, tooltipLook } from './chart-card.tsx'
import { type Period, periodName, type Span } from './spans.ts'

/** How long the sessions took that were created in each period. */
export function DurationsChart({
  periods,
  per,
}: {
  readonly periods: readonly Period[]
  readonly per: Span['per']
}) {
  const rows = periods.map(({ from, durationMs }) => ({
    name: periodName(from, per),
    half: durationMs?.p50 ?? null,
    most: durationMs?.p95 ?? null,
  }))
  const text = (ms: number | null) => (ms === null ? '–' : duration(ms))
  return (
    <ChartCard
      title="How long they took"
      columns={['half, up to', '95 %, up to']}
      rows={rows.map(({ name, half, most }) => [name, text(half), text(most)])}
    >
      <LineChart data={rows} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="name" tickLine={false} stroke="var(--text-faint)" minTickGap={16} />
        <YAxis tickFormatter={duration} tickLine={false} stroke="var(--text-faint)" width={64} />
        <Tooltip {...tooltipLook} formatter={(ms) => duration(Number(ms))} />
        <Legend formatter={legendText} />
        <Line
          dataKey="half"
          name="half, up to"
          stroke="var(--accent)"
          strokeWidth={2}
          connectNulls
          isAnimationActive={false}
        />
        <Line
          dataKey="most"
          name="95 %, up to"
          stroke="var(--warn)"
          strokeWidth={2}
          connectNulls
          isAnimationActive={false}
        />
      </LineChart>
    </ChartCard>
  )
}
