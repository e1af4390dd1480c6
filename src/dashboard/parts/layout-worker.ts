import { type Frame, type GraphStep, layoutIn } from './graph-layout.ts'

/** What is laid out beside the page, which answers meanwhile. */
export interface LayoutRequest {
  readonly steps: readonly GraphStep[]
  readonly frame: Frame
}

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  postMessage(layoutIn(data.frame, data.steps))
})
