import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { RequestCounter } from '../store/replica.ts'

type Answer = Parameters<FastifyRateLimitStore['incr']>[1]

/** What the rate limit keeps its counts in when several processes hold it together. */
export function countedTogether(requests: RequestCounter): FastifyRateLimitStoreCtor {
  return class SharedCounts implements FastifyRateLimitStore {
    #route = ''

    incr(key: string, answer: Answer, windowMs: number): void {
      requests.count(this.#route + key, windowMs).then(
        ({ count, ttlMs }) => answer(null, { current: count, ttl: ttlMs }),
        (error: Error) => answer(error),
      )
    }

    /** Each limited route has counts of its own. */
    child({ routeInfo }: Parameters<FastifyRateLimitStore['child']>[0] & RouteInfo) {
      const child = new SharedCounts()
      child.#route = `${routeInfo.method} ${routeInfo.url} `
      return child
    }
  }
}

/** What the plugin gives to a child beside what its types say. */
interface RouteInfo {
  readonly routeInfo: { readonly method: string; readonly url: string }
}
