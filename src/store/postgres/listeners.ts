/** Whoever wants to be told of something. */
export interface Listeners<Args extends readonly unknown[]> {
  add(listener: (...args: Args) => void): void
  /** Calls each; one that throws keeps nothing from the others or from the caller. */
  tell(...args: Args): void
}

export function createListeners<Args extends readonly unknown[]>(): Listeners<Args> {
  const listeners: ((...args: Args) => void)[] = []
  return {
    add(listener) {
      listeners.push(listener)
    },
    tell(...args) {
      for (const listener of listeners) {
        try {
          listener(...args)
        } catch (error) {
          // A fault of the listener's, so it is as loud as any that nobody caught.
          setImmediate(() => {
            throw error
          })
        }
      }
    },
  }
}
