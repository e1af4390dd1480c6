import type { Browser, BrowserContext, Page } from 'playwright-core'

export interface VideosOptions {
  readonly browser: Browser
  readonly context: BrowserContext
  /** Of the picture, in CSS pixels. */
  readonly size: { readonly width: number; readonly height: number }
  /** Takes each video when its page has been closed, or recording ends. */
  readonly keep: (video: { name: string; bytes: Uint8Array }) => Promise<void>
  readonly onFault: (error: unknown) => void
}

/** Films the pages of a context. */
export interface Videos {
  /** Ends all recordings, and waits until they are kept. */
  stop(): Promise<void>
}

/** In the page that encodes; the functions that `encoder` makes. */
interface Encoder {
  draw(jpeg: string): Promise<void>
  finish(): Promise<string>
}

/** A page that changes all the time fills this in half an hour or so. */
const MAX_BYTES = 32 * 1024 * 1024

/**
 * The browser itself encodes: Playwright's recorder wants a build of ffmpeg from its own download.
 * Frames keep the time at which they come, so a page that stands still takes no space.
 */
const encoder = `{
  const track = new MediaStreamTrackGenerator({ kind: 'video' })
  const writer = track.writable.getWriter()
  const recorder = new MediaRecorder(new MediaStream([track]), {
    mimeType: 'video/webm;codecs=vp8',
    videoBitsPerSecond: 1_000_000,
  })
  const chunks = []
  let size = 0
  let last
  recorder.ondataavailable = ({ data }) => {
    chunks.push(data)
    size += data.size
  }
  recorder.start(1000)
  const write = (image) => writer.write(new VideoFrame(image, { timestamp: performance.now() * 1000 }))
  globalThis.draw = async (jpeg) => {
    if (size > ${MAX_BYTES}) return
    const bytes = await (await fetch('data:image/jpeg;base64,' + jpeg)).blob()
    last?.close()
    last = await createImageBitmap(bytes)
    await write(last)
  }
  globalThis.finish = async () => {
    // The last picture again, since it lasts until now; a busy encoder may lose it.
    for (const end = performance.now() + 5000; last !== undefined; ) {
      await write(last)
      await new Promise((resolve) => setTimeout(resolve, 100))
      const data = new Promise((resolve) => recorder.addEventListener('dataavailable', resolve, { once: true }))
      recorder.requestData()
      await data
      if (size > 0 || performance.now() > end) break
    }
    const stopped = new Promise((resolve) => { recorder.onstop = resolve })
    recorder.stop()
    await stopped
    const reader = new FileReader()
    const read = new Promise((resolve) => { reader.onload = resolve })
    reader.readAsDataURL(new Blob(chunks))
    await read
    return reader.result.slice(reader.result.indexOf(',') + 1)
  }
}`

/** Films every page there is and will be. The browser's last word is lost with it when it crashes. */
export async function recordVideos(options: VideosOptions): Promise<Videos> {
  const { browser, context, size, keep, onFault } = options
  // Without a gate, so that nothing gets out of it.
  const studio = await browser.newContext()
  const films = new Map<Page, () => Promise<void>>()
  let count = 0
  const follow = (page: Page): void => {
    count += 1
    const film = startFilm(page, studio, size)
    const name = `video-${count}.webm`
    const finish = async (): Promise<void> => {
      if (!films.delete(page)) return
      try {
        const bytes = await (await film).finish()
        if (bytes.byteLength > 0) await keep({ name, bytes })
      } catch (error) {
        onFault(error)
      }
    }
    // Whoever finishes it hears of that too.
    film.catch(() => {})
    films.set(page, finish)
    page.once('close', () => {
      const finishing = finish().finally(() => closing.delete(finishing))
      closing.add(finishing)
    })
  }
  const closing = new Set<Promise<void>>()
  for (const page of context.pages()) follow(page)
  context.on('page', follow)
  return {
    async stop() {
      context.off('page', follow)
      await Promise.all([...films.values()].map((finish) => finish()))
      await Promise.all(closing)
      await studio.close()
    },
  }
}

interface Film {
  /** The video as webm. */
  finish(): Promise<Buffer>
}

async function startFilm(
  page: Page,
  studio: BrowserContext,
  size: VideosOptions['size'],
): Promise<Film> {
  const desk = await studio.newPage()
  await desk.evaluate(encoder)
  let next: Buffer | undefined
  let drawing: Promise<void> | undefined
  let hasFrame = false
  /** One at a time; of those that come meanwhile the last counts. */
  const draw = async (): Promise<void> => {
    while (next !== undefined) {
      const jpeg = next.toString('base64')
      next = undefined
      await desk.evaluate((frame) => (globalThis as unknown as Encoder).draw(frame), jpeg)
    }
  }
  await page.screencast.start({
    size,
    onFrame({ data }) {
      hasFrame = true
      next = data
      drawing ??= draw().finally(() => {
        drawing = undefined
      })
      // What went wrong shows when it is finished.
      drawing.catch(() => {})
    },
  })
  return {
    async finish() {
      if (!page.isClosed()) await page.screencast.stop()
      await drawing
      // A page that stood still from the start has sent none.
      if (!hasFrame && !page.isClosed()) {
        next = await page.screenshot({ type: 'jpeg' })
        await draw()
      }
      const encoded = await desk.evaluate(() => (globalThis as unknown as Encoder).finish())
      await desk.close()
      return Buffer.from(encoded, 'base64')
    },
  }
}
