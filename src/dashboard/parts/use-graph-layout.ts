import { type RefObject, useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { type Frame, type GraphLayout, type GraphStep, layoutIn } from './graph-layout.ts'
import type { LayoutRequest } from './layout-worker.ts'

/** Of so many the layout takes a frame or two: less than to have it made elsewhere. */
const FEW_STEPS = 40

/**
 * Where steps go within an element; undefined while that of many is made in a worker.
 * @param shape changes with what they depend on
 */
export function useGraphLayout(
  steps: readonly GraphStep[],
  shape: string,
  within: RefObject<HTMLElement | null>,
): GraphLayout | undefined {
  const frame = useFrame(within)
  const isMany = steps.length > FEW_STEPS
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status moves nothing
  const ofFew = useMemo(
    () => (isMany || frame === undefined ? undefined : layoutIn(frame, steps)),
    [isMany, shape, frame],
  )
  const [made, setMade] = useState<{ readonly shape: string; readonly layout: GraphLayout }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status moves nothing
  useEffect(() => {
    if (!isMany || frame === undefined) return
    const asked: LayoutRequest = {
      steps: steps.map(({ id, dependsOn }) => ({ id, dependsOn })),
      frame,
    }
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<GraphLayout>) => {
      setMade({ shape, layout: data })
      worker.terminate()
    }
    // Where there can be no worker the page makes it, though it stands still meanwhile.
    worker.onerror = () => setMade({ shape, layout: layoutIn(frame, asked.steps) })
    worker.postMessage(asked)
    return () => worker.terminate()
  }, [isMany, shape, frame])
  return ofFew ?? (made?.shape === shape ? made.layout : undefined)
}

/** How large the element is when it is shown first: a graph does not turn under the eyes of who looks at it. */
function useFrame(within: RefObject<HTMLElement | null>): Frame | undefined {
  const [frame, setFrame] = useState<Frame>()
  useLayoutEffect(() => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = within.current ?? {}
    setFrame({ width, height })
  }, [within])
  return frame
}
