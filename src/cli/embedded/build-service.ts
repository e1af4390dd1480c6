import type { FastifyInstance } from 'fastify'
import type { AppOptions } from '../../app.ts'
import { builtDashboard, packageVersion } from './installed.ts'

/**
 * The service of this process, with the dashboard where it was built, in a checkout or installed.
 * @throws ConfigError, StoreOpenError
 */
export async function buildService(
  options: Pick<AppOptions, 'config' | 'logDestination' | 'onKeyMade'>,
): Promise<FastifyInstance> {
  const { buildApp } = await import('../../app.ts')
  const dashboard = builtDashboard()
  return buildApp({
    ...options,
    ...(dashboard === undefined ? {} : { dashboard }),
    version: packageVersion(),
    platform: { searchPath: process.env['PATH'] ?? '', sendSignal: process.kill.bind(process) },
  })
}
