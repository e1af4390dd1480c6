import { Bar, BarChart, CartesianGrid, Legend, Tooltip, XAxis, YAxis } from 'recharts'
import { ChartCard, legendText, tooltipLook } from './chart-card.tsx'
import { type Period, periodName, type Span } from './spans.ts'

const kinds = [
  ['completed', 'var(--good)'],
  ['with errors', 'var(--warn)'],
  ['failed', 'var(--bad)'],
  ['cancelled', 'var(--idle)'],
  ['open', 'var(--busy)'],
] as const

/** How many sessions were created in each period, by what became of them. */
export function StatusChart({
  periods,
  per,
}: {
  readonly periods: readonly Period[]
  readonly per: Span['per']
}) {
  const rows = periods.map(({ from, sessions, byStatus }) => {
    const { completed = 0, failed = 0, cancelled = 0 } = byStatus
    const errors = byStatus.completed_with_errors ?? 0
    return {
      name: periodName(from, per),
      completed,
      'with errors': errors,
      failed,
      cancelled,
      open: sessions - completed - errors - failed - cancelled,
    }
  })
  const shown = kinds.filter(([kind]) => rows.some((row) => row[kind] > 0))
  return (
    <ChartCard
      title={`Sessions by ${per}`}
      columns={shown.map(([kind]) => kind)}
      rows={rows.map((row) => [row.name, ...shown.map(([kind]) => String(row[kind]))])}
    >
      <BarChart data={rows} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="name" tickLine={false} stroke="var(--text-faint)" minTickGap={16} />
        <YAxis allowDecimals={false} tickLine={false} stroke="var(--text-faint)" width={40} />
        <Tooltip {...tooltipLook} cursor={{ fill: 'var(--sunken)' }} />
        <Legend formatter={legendText} />
        {shown.map(([kind, fill]) => (
          <Bar key={kind} dataKey={kind} stackId="status" fill={fill} isAnimationActive={false} />
        ))}
      </BarChart>
    </ChartCard>
  )
}
