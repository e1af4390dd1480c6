import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Config } from '../../config.ts'
import { reasonOf } from '../reason.ts'
import type { Finding } from './finding.ts'
import { findService } from './running-service.ts'

const check = 'port'

/** Whether the service can listen, or has done so already. */
export async function checkPort({ HOST, PORT }: Config, key: string | undefined): Promise<Finding> {
  const place = `${HOST}:${PORT}`
  const fault = await listenFault(HOST, PORT)
  if (fault === undefined) {
    return { check, health: 'ok', detail: PORT === 0 ? 'any that is free' : `${place} is free` }
  }
  if (fault.code !== 'EADDRINUSE') {
    const action = 'Set HOST to an address of this machine, and PORT to one above 1023.'
    return { check, health: 'broken', detail: `${place}: ${reasonOf(fault)}`, action }
  }
  const action = 'Stop what listens there, or set PORT to another one.'
  const found = await findService(urlOf(HOST, PORT), key).catch((error: unknown) => reasonOf(error))
  if (typeof found === 'string') {
    const detail = `${place} is taken, and what is there does not answer: ${found}`
    return { check, health: 'broken', detail, action }
  }
  if (found === undefined) {
    return { check, health: 'broken', detail: `${place} is taken, not by Stepstream`, action }
  }
  const { version, readiness } = found
  const name = version === undefined ? 'Stepstream' : `Stepstream ${version}`
  const detail = `${place}: ${name} is there, and ${readiness.status}`
  return { check, health: 'ok', detail }
}

async function listenFault(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return undefined
  } catch (error) {
    return error as NodeJS.ErrnoException
  } finally {
    server.close()
  }
}

/** Where a service that listens on an address is reached from this machine. */
function urlOf(host: string, port: number): string {
  const any = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${any.includes(':') ? `[${any}]` : any}:${port}`
}
