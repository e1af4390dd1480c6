import { join } from 'node:path'
import { fastifyStatic } from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Addresses that the dashboard answers for itself, with what is below them. */
const pages = [
  'sessions',
  'new',
  'inbox',
  'workflows',
  'schedules',
  'batches',
  'reports',
  'workers',
  'executors',
  'health',
  'sign-in',
] as const

/** What the page may load and reach: this service alone, and no code that stands in a page. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const A_YEAR_MS = 365 * 24 * 60 * 60 * 1000

/**
 * The dashboard at `/`, from the folder that it was built into. It needs no key: what it shows it
 * asks of the API, like any client.
 */
export async function registerDashboard(app: FastifyInstance, folder: string): Promise<void> {
  // Only for `sendFile`: the routes are ours, since each has to say that it needs no key.
  await app.register(fastifyStatic, { root: folder, serve: false })
  const open = { config: { scope: 'none' }, schema: { hide: true } } as const
  for (const path of ['/', ...pages.flatMap((page) => [`/${page}`, `/${page}/*`])]) {
    app.get(path, open, (_, reply) =>
      reply
        .header('content-security-policy', policy)
        .header('cache-control', 'no-cache')
        .sendFile('index.html', { cacheControl: false }),
    )
  }
  app.get('/assets/*', open, ({ params }, reply) =>
    // A file's name has the hash of its content.
    reply.sendFile((params as { '*': string })['*'], join(folder, 'assets'), {
      immutable: true,
      maxAge: A_YEAR_MS,
    }),
  )
  app.get('/favicon.svg', open, (_, reply) => reply.sendFile('favicon.svg', { maxAge: '1d' }))
}
