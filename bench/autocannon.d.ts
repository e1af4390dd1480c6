/** What the benchmarks use of autocannon, which ships no types. */
declare module 'autocannon' {
  export default function autocannon(options: {
    url: string
    method?: string
    headers?: Record<string, string>
    body?: string
    connections?: number
    /** In seconds. */
    duration?: number
    workers?: number
  }): Promise<{
    requests: { average: number; total: number }
    latency: { p50: number; p99: number; max: number }
    non2xx: number
    errors: number
  }>
}
