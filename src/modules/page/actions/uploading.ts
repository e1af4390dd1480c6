import type { FileChooser, Locator } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { type Acted, onElement } from '../attempts.ts'
import type { DomElement } from '../dom.ts'
import { speak } from '../element.ts'
import { mediaType, safeName } from '../file-names.ts'
import { press, watched } from './pressing.ts'

type Upload = Extract<BrowserAction, { do: 'upload' }>
type Payload = { name: string; mimeType: string; buffer: Buffer }

/** Playwright takes no more in memory. */
const MAX_BYTES = 50_000_000

/** How long a file chooser may take to open, in ms. */
const CHOOSER_MS = 3000

/** Gives files to an input, or to the chooser that a button opens. Without a target: to the page's only file input. */
export async function upload(acting: Acting, action: Upload): Promise<Done> {
  const files = await payloadsOf(acting, action)
  const pointer = acting.request.elements?.target
  const target = action.target ?? { selector: 'input[type=file]' }
  const subject = { target, pointer, purpose: 'upload' } as const
  const acted: Acted<boolean> = await onElement(acting, subject, async ({ locator }, timeoutMs) => {
    const input = await inputOf(locator, timeoutMs)
    const aftermath = await watched(acting, () =>
      input === undefined ? choose(acting, locator, files, timeoutMs) : input.setInputFiles(files),
    )
    if (input !== undefined) await verify(input, files)
    return aftermath.navigated
  })
  const names = files.map(({ name }) => JSON.stringify(name)).join(', ')
  return {
    description: `upload ${names} to ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: `the page has ${names}`,
    navigated: acted.value,
  }
}

async function payloadsOf({ request }: Acting, { files }: Upload): Promise<Payload[]> {
  const payloads = await Promise.all(
    files.map(async (file): Promise<Payload> => {
      const { name, bytes } =
        'artifact' in file
          ? await request.file(file.artifact)
          : { name: file.name, bytes: Buffer.from(file.text) }
      return { name: safeName(name, 'file'), mimeType: mediaType(name), buffer: Buffer.from(bytes) }
    }),
  )
  const total = payloads.reduce((sum, { buffer }) => sum + buffer.length, 0)
  if (total <= MAX_BYTES) return payloads
  throw new StepstreamError(
    'FILE_REFUSED',
    `The files have ${total} bytes; a page gets at most ${MAX_BYTES}.`,
  )
}

/** The file input that the element is, labels, or holds; undefined: a press on it opens a chooser. */
async function inputOf(locator: Locator, timeout: number) {
  const handle = await locator.evaluateHandle(fileInputOf, undefined, { timeout })
  return handle.asElement() ?? undefined
}

/** Runs in the page. */
function fileInputOf(element: unknown): unknown {
  const it = element as DomElement & { readonly control?: DomElement | null }
  if (it.matches('input[type=file]')) return it
  const inputs =
    it.closest('label')?.querySelectorAll('input[type=file]') ??
    it.querySelectorAll('input[type=file]')
  const control = it.control ?? (inputs.length === 1 ? inputs[0] : undefined)
  return control?.matches('input[type=file]') === true ? control : null
}

async function choose(
  acting: Acting,
  locator: Locator,
  files: Payload[],
  timeout: number,
): Promise<void> {
  const { page } = acting
  // Nobody waits for it where the press fails.
  const opened = page.waitForEvent('filechooser', { timeout: CHOOSER_MS }).catch(() => undefined)
  await press(locator, { timeout })
  const chooser: FileChooser | undefined = await opened
  if (chooser === undefined) {
    throw new StepstreamError(
      'ACTION_NOT_VERIFIED',
      'No file chooser opened when the element was pressed.',
    )
  }
  if (files.length > 1 && !chooser.isMultiple()) {
    throw new StepstreamError('ACTION_NOT_VERIFIED', 'The page takes one file at a time.')
  }
  await chooser.setFiles(files)
}

async function verify(
  input: { evaluate<T>(read: (element: unknown) => T): Promise<T> },
  files: Payload[],
) {
  // A page that takes the files at once empties the input, or replaces it.
  const names = await input.evaluate(namesIn).catch((): string[] => [])
  const missing = files.filter(({ name }) => names.length > 0 && !names.includes(name))
  if (missing.length === 0) return
  throw new StepstreamError('ACTION_NOT_VERIFIED', `The input holds ${names.join(', ')}.`)
}

/** Runs in the page. */
function namesIn(element: unknown): string[] {
  const { files } = element as { readonly files?: Iterable<{ readonly name: string }> | null }
  return [...(files ?? [])].map(({ name }) => name)
}
