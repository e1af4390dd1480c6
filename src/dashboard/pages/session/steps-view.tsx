import { useMemo, useState } from 'react'
import type { StepStatus } from '../../../session/status.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { duration, words } from '../../parts/format.ts'
import { StatusIcon, toneOf } from '../../parts/status.tsx'
import { VirtualList } from '../../parts/virtual-list.tsx'
import type { Shown } from './shown.ts'

/** All steps as a list, however many. */
export function StepsView({ log, search, go }: Shown) {
  const [find, setFind] = useState('')
  const [status, setStatus] = useState<StepStatus>()
  const steps = useMemo(() => [...log.steps.values()], [log.steps])
  const counts = useMemo(() => {
    const found = new Map<StepStatus, number>()
    for (const step of steps) found.set(step.status, (found.get(step.status) ?? 0) + 1)
    return [...found]
  }, [steps])
  const rows = useMemo(() => {
    const wanted = find.trim().toLowerCase()
    return steps.filter(
      (step) =>
        (status === undefined || step.status === status) &&
        (wanted === '' || `${step.id} ${step.text ?? ''}`.toLowerCase().includes(wanted)),
    )
  }, [steps, find, status])
  return (
    <div className="log-view">
      <div className="log-tools">
        <input
          className="input grow"
          type="search"
          aria-label="Search the steps"
          placeholder="Search"
          value={find}
          onChange={({ target }) => setFind(target.value)}
        />
        {counts.map(([one, count]) => (
          <Button
            key={one}
            aria-pressed={status === one}
            onClick={() => setStatus(status === one ? undefined : one)}
          >
            <StatusIcon status={one} /> {count.toLocaleString()} {words(one)}
          </Button>
        ))}
      </div>
      {rows.length === 0 ? (
        <Empty title="No step is like that" />
      ) : (
        <VirtualList items={rows} rowHeight={38} keyOf={({ id }) => id} label="Steps">
          {({ id, status: of, text, uses, startedAt, endedAt, attempt, itemOf }) => (
            <button
              type="button"
              className={`step-line tone-${toneOf(of)}`}
              data-step={id}
              data-status={of}
              data-item={itemOf !== undefined || undefined}
              aria-current={search.step === id || undefined}
              onClick={() => go({ step: id })}
            >
              <StatusIcon status={of} />
              <span className="visually-hidden">{of}</span>
              <span className="mono ellipsis step-name">{id}</span>
              <span className="soft ellipsis grow">{text ?? uses}</span>
              {attempt > 1 ? <span className="chip">attempt {attempt}</span> : null}
              <span className="soft num nowrap">
                {startedAt === undefined || endedAt === undefined || endedAt < startedAt
                  ? ''
                  : duration(endedAt - startedAt)}
              </span>
            </button>
          )}
        </VirtualList>
      )}
    </div>
  )
}
