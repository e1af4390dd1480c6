import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { describeListenFault } from '../../src/cli/listen-fault.ts'
import { startServer } from '../support/local-server.ts'

test('a port that is taken is named, with the setting that helps', async () => {
  await using other = await startServer(() => {})
  expect(describeListenFault(await listen(other.port, '127.0.0.1'))).toBe(
    `port ${other.port} of 127.0.0.1 is in use by another program: stop that, or set PORT to another one (PORT=0 takes any that is free)`,
  )
})

test('an address of another machine is named', async () => {
  // RFC 5737 keeps it for documentation.
  const message = describeListenFault(await listen(0, '192.0.2.1'))
  expect(message).toBe('HOST=192.0.2.1 is no address of this machine')
})

test('a port for which the rights are missing is named', () => {
  const error = Object.assign(new Error('listen EACCES: permission denied 127.0.0.1:80'), {
    code: 'EACCES',
    syscall: 'listen',
    address: '127.0.0.1',
    port: 80,
  })
  expect(describeListenFault(error)).toBe(
    'port 80 of 127.0.0.1 needs rights that this user lacks: set PORT to one above 1023',
  )
})

test('what is no fault of listening is left to others', () => {
  expect(describeListenFault(new Error('out of order'))).toBeUndefined()
  expect(describeListenFault('out of order')).toBeUndefined()
})

/** What comes of listening there. */
async function listen(port: number, host: string): Promise<unknown> {
  const [error] = await once(createServer().listen(port, host), 'error')
  return error
}
