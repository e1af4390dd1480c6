import type { FastifyInstance } from 'fastify'

/**
 * Connections that wait to be taken, as many as Linux allows unless it is told otherwise (`net.core.somaxconn`). Node's own
 * 511 are fewer than callers come at once, and what is beyond them is dropped or reset before the service hears of it.
 */
const BACKLOG = 4096

/** Opens the port of a server; its address. */
export function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  return app.listen({ host, port, backlog: BACKLOG })
}
