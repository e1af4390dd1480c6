import { reasonOf } from '../reason.ts'
import type { Finding } from './finding.ts'
import { findService } from './running-service.ts'

const check = 'service'

/**
 * The service that the other subcommands call.
 * @param isNamed whether somebody said where it is; where nobody did, it need not be there
 */
export async function checkService(
  url: string,
  key: string | undefined,
  isNamed: boolean,
): Promise<Finding> {
  let found: Awaited<ReturnType<typeof findService>>
  try {
    found = await findService(url, key)
  } catch (error) {
    const detail = `nobody answers at ${url}: ${reasonOf(error)}`
    const action = isNamed
      ? 'Start it there, or correct --url or STEPSTREAM_URL.'
      : 'Start it with stepstream serve, or name another one with --url or STEPSTREAM_URL.'
    return { check, health: isNamed ? 'broken' : 'none', detail, action }
  }
  if (found === undefined) {
    const action = 'Correct --url or STEPSTREAM_URL.'
    return { check, health: 'broken', detail: `what answers at ${url} is no Stepstream`, action }
  }
  const { version, readiness, troubles = [], isLetIn } = found
  const { status, sessions, store } = readiness
  const name = version === undefined ? 'Stepstream' : `Stepstream ${version}`
  const detail = `${url}: ${name}, ${status}, ${sessions.running} running, ${sessions.queued} queued`
  if (status !== 'ready') {
    const why = store.detail === undefined ? '' : `; its store: ${store.detail}`
    const action = 'Look at its log; it takes no new work until it is ready.'
    return { check, health: 'broken', detail: detail + why, action }
  }
  if (!isLetIn) {
    const action =
      key === undefined
        ? 'Give a key with --key or STEPSTREAM_KEY.'
        : 'Correct --key or STEPSTREAM_KEY: it is not one that may read.'
    return { check, health: 'broken', detail: `${detail}; it wants a key`, action }
  }
  if (troubles.length > 0) {
    const action = 'Look at /readyz?verbose and at its log.'
    return { check, health: 'warning', detail: `${detail}; ${troubles.join(', ')}`, action }
  }
  return { check, health: 'ok', detail }
}
