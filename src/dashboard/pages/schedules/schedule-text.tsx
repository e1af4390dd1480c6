import type { ScheduleListing } from '../../api/types.ts'

/** When it fires, in a line. */
export function whenText({
  cron,
  every,
  at,
  timeZone,
}: Pick<ScheduleListing, 'cron' | 'every' | 'at' | 'timeZone'>): string {
  if (cron !== undefined) return `${cron} (${timeZone})`
  if (every !== undefined) return `every ${every}`
  return at === undefined ? timeZone : `at ${at}`
}

const tones = { active: 'good', paused: 'wait', ended: 'idle' } as const

export function ScheduleBadge({ status }: Pick<ScheduleListing, 'status'>) {
  return <span className={`badge tone-${tones[status]}`}>{status}</span>
}
