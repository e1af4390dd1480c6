import { type GraphStep, layoutGraph } from './graph-layout.ts'

/** What is laid out beside the page, which answers meanwhile. */
export interface LayoutRequest {
  readonly steps: readonly GraphStep[]
  readonly direction: 'LR' | 'TB'
}

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  postMessage(layoutGraph(data.steps, data.direction))
})
