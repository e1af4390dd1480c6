import type { Call } from './tool.ts'

const PROGRESS_MS = 5000

/** Tells the client again and again that a call still waits: many give up on one that is silent. */
export async function whileWaiting<T>(
  { progress }: Pick<Call, 'progress'>,
  message: string,
  wait: () => Promise<T>,
): Promise<T> {
  progress(message)
  const timer = setInterval(() => progress(message), PROGRESS_MS)
  try {
    return await wait()
  } finally {
    clearInterval(timer)
  }
}
