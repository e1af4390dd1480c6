import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SessionQueue } from '../../../src/modules/dispatcher/session-queue.ts'
import type { Occasion } from '../../../src/modules/dispatcher/types.ts'

interface Waiting {
  readonly sessionId: string
  readonly occasion: Occasion
  readonly priority: number
}

/** The same order, found by looking through all that waits. */
class NaiveQueue {
  #waiting: Waiting[] = []

  get size(): number {
    return this.#waiting.length
  }

  add(one: Waiting): void {
    if (!this.#waiting.some(({ sessionId }) => sessionId === one.sessionId)) this.#waiting.push(one)
  }

  take(): Pick<Waiting, 'sessionId' | 'priority'> | undefined {
    const rank = ({ occasion, priority }: Waiting) => (occasion === 'changed' ? 1000 : 0) + priority
    const [first] = this.#waiting.toSorted((a, b) => rank(b) - rank(a))
    if (first === undefined) return undefined
    this.#waiting = this.#waiting.filter((one) => one !== first)
    return { sessionId: first.sessionId, priority: first.priority }
  }

  clear(): void {
    this.#waiting = []
  }
}

const add = fc.record({
  sessionId: fc.integer({ min: 0, max: 12 }).map((n) => `ses_${n}`),
  occasion: fc.constantFrom<Occasion>('created', 'changed'),
  priority: fc.oneof(fc.integer({ min: -100, max: 100 }), fc.constantFrom(-1, 0, 1)),
})
const step = fc.oneof(
  { weight: 6, arbitrary: add },
  { weight: 4, arbitrary: fc.constant('take' as const) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
)

test('gives what has begun before what is new, by priority and in order of arrival', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [queue, model] = [new SessionQueue(), new NaiveQueue()]
      for (const one of steps) {
        if (one === 'take') expect(queue.take()).toEqual(model.take())
        else if (one === 'clear') {
          queue.clear()
          model.clear()
        } else {
          queue.add(one.sessionId, one.occasion, one.priority)
          model.add(one)
        }
        expect(queue.size).toBe(model.size)
      }
      while (model.size > 0) expect(queue.take()).toEqual(model.take())
      expect(queue.take()).toBeUndefined()
    }),
  )
})
