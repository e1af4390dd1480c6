import { buffer } from 'node:stream/consumers'
import { StepstreamError } from '../../errors.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { ExecutorContext } from '../executors/types.ts'

/** The largest file that is taken from a page, or given to one, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024

/** A picture of a page, and why it was taken. */
export interface Picture {
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly url: string
  readonly reason: 'navigation' | 'failure' | 'each' | 'requested'
  readonly commandId?: number
  readonly name?: string
}

type KeptArtifacts = Pick<Artifacts, 'put' | 'open'>

/** Keeps what the browser of an attempt produces as artifacts of its session, and tells of each. */
export class Keeper {
  readonly #context: ExecutorContext
  readonly #artifacts: KeptArtifacts

  constructor(context: ExecutorContext, artifacts: KeptArtifacts) {
    this.#context = context
    this.#artifacts = artifacts
  }

  async picture({ bytes, ...picture }: Picture): Promise<string> {
    const { contentType, name } = picture
    const { stepId, attempt } = this.#context
    const file = `${name ?? `${stepId}-${attempt}`}.${contentType === 'image/png' ? 'png' : 'jpg'}`
    const artifact = await this.#put(file, contentType, bytes)
    const data = { artifact, bytes: bytes.byteLength, ...picture }
    this.#context.observe({ type: 'screenshot.captured', data })
    return artifact
  }

  async download(name: string, bytes: Uint8Array): Promise<string> {
    const artifact = await this.#put(name, 'application/octet-stream', bytes)
    const data = { artifact, name, bytes: bytes.byteLength }
    this.#context.observe({ type: 'browser.downloaded', data })
    return artifact
  }

  /** What an attempt leaves beside its pictures. The log of a session that has ended is told no more of it. */
  async leave(
    kind: 'trace' | 'video',
    { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  ): Promise<void> {
    const contentType = kind === 'trace' ? 'application/zip' : 'video/webm'
    const artifact = await this.#put(name, contentType, bytes)
    const data = { artifact, contentType, bytes: bytes.byteLength, name, kind }
    this.#context.observe({ type: 'artifact.captured', data })
  }

  /** A file of the session, for a page. @throws StepstreamError FILE_REFUSED */
  async file(artifact: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const { tenant, sessionId } = this.#context
    const found = await this.#artifacts.open(tenant, artifact)
    if (found?.record.sessionId !== sessionId) {
      found?.body.destroy()
      const message = `the session has no artifact ${artifact.slice(0, 100)}`
      throw new StepstreamError('FILE_REFUSED', message)
    }
    if (found.record.bytes > MAX_FILE_BYTES) {
      found.body.destroy()
      throw tooLarge(found.record.name, found.record.bytes)
    }
    return { name: found.record.name, bytes: await buffer(found.body) }
  }

  async #put(name: string, contentType: string, bytes: Uint8Array): Promise<string> {
    const { tenant, sessionId, stepId } = this.#context
    const kept = { tenant, sessionId, stepId, name, contentType, bytes }
    const { id } = await this.#artifacts.put(kept)
    return id
  }
}

export function tooLarge(name: string, bytes: number): StepstreamError {
  const message = `${name.slice(0, 200)} has ${bytes} bytes; ${MAX_FILE_BYTES} are allowed`
  return new StepstreamError('FILE_REFUSED', message)
}
