/** How far something is. */
export function Meter({
  percent,
  tone,
  label,
}: {
  readonly percent: number
  readonly tone: string
  readonly label: string
}) {
  const rounded = Math.round(percent)
  return (
    <div className={`meter-row tone-${tone}`}>
      <div
        className="meter grow"
        role="progressbar"
        aria-label={label}
        aria-valuenow={rounded}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div style={{ width: `${percent}%` }} />
      </div>
      <span className="num soft">{rounded}%</span>
    </div>
  )
}
