import { StepstreamError } from '../../errors.ts'
import type { Target } from '../browser-actions/types.ts'
import type { Acting } from './acting.ts'
import { answering, pause } from './answering.ts'
import { describe, type Found, speak } from './element.ts'
import { isMoved, isTimeout, targetError } from './failures.ts'
import { findOnce, type Wanted } from './find.ts'
import { coverOf, readinessOf } from './playwright-log.ts'
import { focusedOf, followPointer } from './pointers.ts'
import type { Purpose } from './purposes.ts'
import type { Candidate, ElementPointer, ResolvedElement } from './types.ts'

/** An attempt that is cut short is made again on what the page has become. */
const SHORTEST_MS = 300
const LONGEST_MS = 700

/** After so long what only listens for clicks counts too. */
const LISTENERS_AFTER_MS = 400

/** Several that fit alike may be a page in between; after so long they are not. */
const AMBIGUOUS_FOR_MS = 1000

/** No attempt of an action hangs longer than this, whatever Playwright's own limits say. */
const HANGS_AFTER_MS = 90_000

/** Which element an action is about. */
export interface Subject {
  readonly target?: string | Target | undefined
  readonly pointer?: ElementPointer | undefined
  readonly purpose: Purpose
}

/** The element that an action names, or whoever asks points at. */
export function subjectOf(acting: Acting, target: Subject['target'], purpose: Purpose): Subject {
  return { target, pointer: acting.request.elements?.target, purpose }
}

export interface Acted<T> {
  readonly value: T
  readonly found: Found
  readonly element: ResolvedElement
  readonly candidates: readonly Candidate[]
}

/**
 * Finds an element and acts on it, again and again on what the page has become, until it succeeds or
 * patience is at an end. Without a target: the element that has the focus.
 * @param attempt gets how long Playwright may wait for the element to become ready, in ms
 * @throws StepstreamError TARGET_NOT_FOUND, TARGET_AMBIGUOUS, TARGET_COVERED, TARGET_NOT_READY, and what `attempt` throws
 */
export async function onElement<T>(
  acting: Acting,
  subject: Subject,
  attempt: (found: Found, timeoutMs: number) => Promise<T>,
): Promise<Acted<T>> {
  const { clock, patienceMs, page } = acting
  const startedAt = clock.now()
  const deadline = startedAt + patienceMs
  let rest = 40
  for (let tries = 0; ; tries += 1) {
    const began = clock.now()
    const isLast = began >= deadline
    try {
      const listeners = isLast || began - startedAt >= LISTENERS_AFTER_MS
      const { found, candidates } = await find(acting, subject, listeners)
      const looked = clock.now() - began
      const timeoutMs = Math.max(
        SHORTEST_MS,
        Math.min(LONGEST_MS, deadline - clock.now()),
        2 * looked,
      )
      const element = described(found)
      const value = await answering(page, acting, HANGS_AFTER_MS, () => attempt(found, timeoutMs))
      return { value, found, element: await element, candidates }
    } catch (error) {
      const failure = named(acting, subject, error)
      if (isLast || !isWorthAnotherTry(failure, clock.now() - startedAt, tries)) throw failure
    }
    await pause(acting, Math.max(0, Math.min(rest, deadline - clock.now())))
    rest = Math.min(rest * 1.6, 400)
  }
}

export function find(acting: Acting, subject: Subject, listeners: boolean) {
  const { target, pointer, purpose } = subject
  if (pointer !== undefined) {
    return followPointer(acting, pointer).then((found) => ({ found, candidates: [] }))
  }
  if (target === undefined) return focusedOf(acting).then((found) => ({ found, candidates: [] }))
  return findOnce(acting, { target: targetOf(target), purpose } satisfies Wanted, listeners)
}

export function targetOf(target: string | Target): Target {
  return typeof target === 'string' ? { name: target } : target
}

/** Where Playwright has no words for it, its role and name have to do. */
function described(found: Found): Promise<ResolvedElement> {
  return describe(found).catch(() => {
    const { page, role, name } = found
    const locator = page.getByRole(role as Parameters<typeof page.getByRole>[0], {
      name,
      exact: true,
    })
    const selector = (locator as unknown as { readonly _selector: string })._selector
    return { selector, code: locator.toString(), role, name, weak: true }
  })
}

/** A failure of Playwright's in our terms. */
function named(acting: Acting, subject: Subject, error: unknown): unknown {
  if (!isTimeout(error) && !isMoved(error)) return error
  const said = error instanceof Error ? error.message : String(error)
  const what = subject.target === undefined ? 'The element' : `The ${speakOf(subject)}`
  const cover = coverOf(said)
  if (cover !== undefined) {
    const by = acting.secrets.blanked(cover, acting.context)
    return targetError('TARGET_COVERED', `${what} is covered by ${by}.`, [], { coveredBy: by })
  }
  const state = readinessOf(said) ?? 'not ready'
  return new StepstreamError('TARGET_NOT_READY', `${what} is ${state}.`, { cause: error })
}

function speakOf({ target, pointer }: Subject): string {
  if (pointer !== undefined && 'role' in pointer)
    return speak({ role: pointer.role, spoken: pointer.name })
  if (target === undefined) return 'element'
  const { role = 'element', name = '' } = targetOf(target)
  return speak({ role, spoken: name })
}

function isWorthAnotherTry(failure: unknown, elapsedMs: number, tries: number): boolean {
  if (!(failure instanceof StepstreamError)) return false
  switch (failure.code) {
    case 'TARGET_NOT_FOUND':
    case 'TARGET_COVERED':
    case 'TARGET_NOT_READY':
      return true
    case 'TARGET_AMBIGUOUS':
      return elapsedMs < AMBIGUOUS_FOR_MS || tries === 0
    default:
      return false
  }
}
