import { useEffect, useMemo, useState } from 'react'
import { type GraphStep, layoutGraph, type Placed } from './graph-layout.ts'
import type { LayoutRequest } from './layout-worker.ts'

type Places = ReadonlyMap<string, Placed>

/** Of so many the layout takes a frame or two: less than to have it made elsewhere. */
const FEW_STEPS = 40

/** Where steps go; undefined while that of many is made in a worker. @param shape changes with what they depend on */
export function useGraphLayout(
  steps: readonly GraphStep[],
  shape: string,
  direction: 'LR' | 'TB',
): Places | undefined {
  const isMany = steps.length > FEW_STEPS
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status moves nothing
  const ofFew = useMemo(
    () => (isMany ? undefined : layoutGraph(steps, direction)),
    [isMany, shape, direction],
  )
  const key = `${direction} ${shape}`
  const [made, setMade] = useState<{ readonly key: string; readonly places: Places }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status moves nothing
  useEffect(() => {
    if (!isMany) return
    const asked: LayoutRequest = {
      steps: steps.map(({ id, dependsOn }) => ({ id, dependsOn })),
      direction,
    }
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Places>) => {
      setMade({ key, places: data })
      worker.terminate()
    }
    // Where there can be no worker the page makes it, though it stands still meanwhile.
    worker.onerror = () => setMade({ key, places: layoutGraph(asked.steps, direction) })
    worker.postMessage(asked)
    return () => worker.terminate()
  }, [isMany, key])
  return ofFew ?? (made?.key === key ? made.places : undefined)
}
