import { enableCompileCache } from 'node:module'

// All that is imported from here on was compiled by an earlier start: this one takes half the time.
enableCompileCache()
const { serveService } = await import('./cli/serve-service.ts')
await serveService()
