import type { Clock } from './clock.ts'

/** What `work` resolves to, or `otherwise` when it takes longer; what it does later is ignored. */
export function within<T, Late>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  otherwise: Late,
): Promise<T | Late> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(ms, () => resolve(otherwise))
    work.then(resolve, reject).finally(cancel)
  })
}
