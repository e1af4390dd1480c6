import type { Frame, Locator } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { checkAftermath, tellAftermath } from '../aftermath.ts'
import { find, onElement, type Subject, subjectOf } from '../attempts.ts'
import { type Found, speak } from '../element.ts'
import { type FieldFacts, likeness, readAgain, readField } from '../field-value.ts'
import { BLANK } from '../secret-fields.ts'
import { type Aftermath, Watch } from '../settle.ts'

type Fill = Extract<BrowserAction, { do: 'fill' }>

/** Kinds of input that hold what people write; an address or a search is sent along and kept in logs. */
const takesSecrets = new Set(['text', 'password', 'email', 'tel', 'number', 'textarea', ''])

/** Whole texts are put in at once; keys are pressed where only they do. */
const MAX_TYPED = 500

/** Keys of the longest text take no longer, in ms. */
const TYPING_MS = 30_000

export async function fill(acting: Acting, action: Fill): Promise<Done> {
  const subject = subjectOf(acting, action.target, 'fill')
  const acted = await onElement(acting, subject, async (found, timeoutMs) => {
    const watch = new Watch(acting)
    try {
      const wanted = await put(acting, action, found, timeoutMs)
      await watch.settle('turn')
      const { evidence, isSecret } = await verify(acting, subject, found, wanted, action)
      const submitted =
        action.submit === true ? await submit(acting, subject, found.locator) : undefined
      return { evidence, isSecret, submitted }
    } finally {
      watch.dispose()
    }
  })
  const { evidence, isSecret, submitted } = acted.value
  if (submitted !== undefined) checkAftermath(submitted)
  const what =
    action.secret === undefined
      ? JSON.stringify(isSecret ? BLANK : short(action.text ?? ''))
      : `the secret ${action.secret}`
  const then = submitted === undefined ? '' : `, then ${tellAftermath(submitted)}`
  return {
    description: `${action.append === true ? 'append' : 'fill'} ${what} ${action.append === true ? 'to' : 'into'} ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: `${evidence}${then}`,
    navigated: submitted?.navigated ?? false,
  }
}

export async function clear(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'clear' }>,
): Promise<Done> {
  const done = await fill(acting, { do: 'fill', target: action.target, text: '' })
  return {
    ...done,
    description: done.description.replace('fill "" into', 'clear'),
    evidence: 'the field is empty',
  }
}

interface Put {
  /** What the field is to hold. */
  readonly value: string
  readonly isSecret: boolean
}

async function put(acting: Acting, action: Fill, found: Found, timeoutMs: number): Promise<Put> {
  const { locator } = found
  if (action.secret !== undefined) return putSecret(acting, action.secret, found, timeoutMs)
  const text = action.text ?? ''
  if (action.append !== true) {
    await locator.fill(text, { timeout: timeoutMs })
    return { value: text, isSecret: false }
  }
  const { value } = await readField(locator, timeoutMs)
  await locator.focus({ timeout: timeoutMs })
  await locator.press('End', { timeout: timeoutMs })
  await locator.pressSequentially(text, { timeout: TYPING_MS }).catch((error: unknown) => {
    // Another attempt would append a second time.
    throw new StepstreamError(
      'ACTION_NOT_VERIFIED',
      'The field went away while it was typed into.',
      {
        cause: error,
      },
    )
  })
  return { value: `${value}${text}`, isSecret: false }
}

/** Into a field of an origin that may have it, through a handle: what comes in its place gets nothing. */
async function putSecret(
  acting: Acting,
  name: string,
  { locator, role }: Found,
  timeoutMs: number,
): Promise<Put> {
  const { type, isEditable } = await readField(locator, timeoutMs)
  if (!isEditable || role === 'searchbox' || !takesSecrets.has(type)) {
    const message = `A secret goes into a field for text only, and this is ${type === '' ? 'none' : `one of type ${type}`}.`
    throw new StepstreamError('SECRET_NOT_ALLOWED', message)
  }
  const handle = await locator.elementHandle({ timeout: timeoutMs })
  if (handle === null) throw new StepstreamError('TARGET_NOT_FOUND', 'The field is gone.')
  try {
    const frame = await handle.ownerFrame()
    if (frame === null) throw new StepstreamError('TARGET_NOT_FOUND', 'The field is in no page.')
    const value = acting.request.secret(name, originOf(frame))
    acting.secrets.remember(acting.context, value)
    await acting.secrets.mark(frame, handle)
    await handle.fill(value, { timeout: timeoutMs })
    return { value, isSecret: true }
  } finally {
    await handle.dispose().catch(ignoreGone)
  }
}

/** A page that has gone takes its handles with it. */
function ignoreGone(): void {}

/** Frames without an address of their own belong to the page around them. */
function originOf(frame: Frame): string {
  const url = frame.url()
  const parent = frame.parentFrame()
  if (parent !== null && (url === '' || /^about:/.test(url))) return originOf(parent)
  return URL.canParse(url) ? new URL(url).origin : 'null'
}

async function verify(
  acting: Acting,
  subject: Subject,
  { locator }: Found,
  { value, isSecret: isNamed }: Put,
  action: Fill,
): Promise<{ readonly evidence: string; readonly isSecret: boolean }> {
  let held = await readAgain(acting, subject, locator)
  if (held === undefined) {
    return { evidence: 'the field went away when it had the text', isSecret: isNamed }
  }
  let like = likeness(value, held.value)
  if (like === 'other' && !isNamed && action.append !== true && value.length <= MAX_TYPED) {
    await type(locator, value)
    held = (await rested(acting, subject, locator)) ?? held
    like = likeness(value, held.value)
  }
  const isSecret = isNamed || held.isSecret
  const shown = isSecret ? BLANK : acting.secrets.blanked(short(held.value), acting.context)
  if (like === 'other') {
    const wanted = isSecret ? 'the secret' : JSON.stringify(short(value))
    const seen = isSecret ? 'something else' : JSON.stringify(shown)
    const message = `The field holds ${seen} and not ${wanted}.`
    throw new StepstreamError('ACTION_NOT_VERIFIED', message)
  }
  const holds = like === 'same' ? 'the field holds' : 'the field shows it as'
  const evidence = isSecret ? 'the field holds the secret' : `${holds} ${JSON.stringify(shown)}`
  return { evidence, isSecret }
}

/** Some fields take keys only. */
async function type(locator: Locator, text: string): Promise<void> {
  await locator.fill('', { timeout: 500 })
  await locator.pressSequentially(text, { timeout: 1000 + 50 * text.length })
}

async function rested(
  acting: Acting,
  subject: Subject,
  locator: Locator,
): Promise<FieldFacts | undefined> {
  const watch = new Watch(acting)
  await watch.settle()
  return readAgain(acting, subject, locator)
}

async function submit(acting: Acting, subject: Subject, filled: Locator): Promise<Aftermath> {
  const isThere = (await filled.count()) === 1
  const locator = isThere ? filled : (await find(acting, subject, true)).found.locator
  const watch = new Watch(acting)
  try {
    await locator.press('Enter', { timeout: 1000 })
    return await watch.settle()
  } finally {
    watch.dispose()
  }
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
