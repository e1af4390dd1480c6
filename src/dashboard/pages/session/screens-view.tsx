import { useMemo, useState } from 'react'
import { browserLog, type ScreenshotLog } from '../../log/browser-log.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Empty } from '../../parts/empty.tsx'
import { clock, duration } from '../../parts/format.ts'
import type { Shown } from './shown.ts'

/** The browser's commands, with what was on the screen beside them. */
export function ScreensView({ events, log, search, go }: Shown) {
  const all = useMemo(() => browserLog(events, log.seq), [events, log.seq])
  const [shown, setShown] = useState<ScreenshotLog>()
  const commands = all.filter(({ stepId }) => search.of === undefined || stepId === search.of)
  if (commands.length === 0) return <Empty title="The browser has done nothing yet" />
  return (
    <>
      <ol className="film">
        {commands.map((command) => (
          <li key={command.key} className="film-item" data-failed={command.failure && true}>
            <div className="stack-small">
              <div className="row">
                <strong>{command.description}</strong>
                {command.source === undefined ? null : (
                  <span className="chip">{command.source}</span>
                )}
              </div>
              <div className="row soft">
                <button type="button" className="link" onClick={() => go({ step: command.stepId })}>
                  {command.stepId}
                </button>
                <span className="num">{clock(command.at)}</span>
                {command.durationMs === undefined ? (
                  <span>under way</span>
                ) : (
                  <span className="num">{duration(command.durationMs)}</span>
                )}
              </div>
              {command.failure === undefined ? null : (
                <div className="problem">{command.failure}</div>
              )}
              {command.evidence === undefined ? null : <p className="soft">{command.evidence}</p>}
              {command.code === undefined ? null : <code className="wrap">{command.code}</code>}
            </div>
            <div className="film-strip">
              {command.screenshots.map((shot) => (
                <button
                  key={shot.artifact}
                  type="button"
                  className="shot"
                  onClick={() => setShown(shot)}
                >
                  <img
                    src={`/v1/artifacts/${shot.artifact}`}
                    alt={`The page after “${command.description}”`}
                    loading="lazy"
                  />
                </button>
              ))}
            </div>
          </li>
        ))}
      </ol>
      <Dialog
        title={shown?.url ?? 'Screenshot'}
        isOpen={shown !== undefined}
        onClose={() => setShown(undefined)}
        isWide
      >
        {shown === undefined ? null : (
          <img className="shot-full" src={`/v1/artifacts/${shown.artifact}`} alt={shown.url} />
        )}
      </Dialog>
    </>
  )
}
