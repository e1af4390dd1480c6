import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.ts'
import { parseDuration } from '../../src/duration.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The instructions in order, continued lines joined, comments left out. */
const instructions = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter(Boolean)
  .map((line) => ({ name: line.split(' ')[0], value: line.slice(line.indexOf(' ') + 1) }))

const lastStage = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
const valuesOf = (name: string, of = instructions) =>
  of.filter((instruction) => instruction.name === name).map(({ value }) => value)

const copies = valuesOf('COPY').map((value) => ({
  fromStage: /^--from=(\S+) /.exec(value)?.[1],
  sources: value
    .replace(/^--\S+ /, '')
    .split(' ')
    .slice(0, -1),
}))
const copiedFromHere = copies
  .filter(({ fromStage }) => !fromStage)
  .flatMap(({ sources }) => sources)

describe('the image', () => {
  test('is built in three stages on the Node that the project pins', () => {
    expect(valuesOf('FROM')).toEqual([
      'node:24-bookworm-slim AS dependencies',
      'node:24-bookworm-slim AS dashboard',
      'node:24-bookworm-slim',
    ])
    expect(read('.nvmrc').trim()).toBe('24')
  })

  test('installs from the lock file, without development tools and without the pinned Node', () => {
    const install = valuesOf('RUN').find((command) => command.startsWith('npm'))
    expect(install).toMatch(/^npm ci .*--omit=dev --omit=optional/)
    expect(copies.find(({ fromStage }) => fromStage)?.fromStage).toBe('dependencies')
  })

  test('builds the dashboard with the development tools, and takes only what comes of it', () => {
    const stage = instructions.slice(
      instructions.findIndex(({ value }) => value.endsWith('AS dashboard')),
    )
    expect(valuesOf('RUN', stage).slice(0, 2)).toEqual([
      'npm ci --ignore-scripts --loglevel=error',
      'node scripts/build-dashboard.mjs --required',
    ])
    expect(valuesOf('COPY', lastStage)).toContain('--from=dashboard /app/dist ./dist')
  })

  test('copies only what exists and what .dockerignore lets through', () => {
    expect(copiedFromHere.filter((source) => !existsSync(join(root, source)))).toEqual([])
    const letThrough = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path)
    expect(new Set(copiedFromHere)).toEqual(new Set(letThrough))
  })

  test('runs as a user without privileges who owns the data', () => {
    expect(valuesOf('USER', lastStage)).toEqual(['node'])
    expect(valuesOf('RUN', lastStage).join()).toContain('--owner=node --group=node /data')
    expect(valuesOf('VOLUME', lastStage)).toEqual(['/data'])
    const order = lastStage.map(({ name }) => name)
    expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('RUN'))
  })

  test('starts the service under an init that reaps children', () => {
    expect(valuesOf('RUN', lastStage).join()).toContain('--no-install-recommends tini')
    expect(valuesOf('ENTRYPOINT')).toEqual(['["/usr/bin/tini", "--"]'])
    expect(valuesOf('CMD')).toEqual(['["node", "src/server.ts"]'])
    expect(valuesOf('STOPSIGNAL')).toEqual(['SIGTERM'])
  })

  test('has a browser and a font', () => {
    const installed = valuesOf('RUN', lastStage).join()
    expect(installed).toMatch(
      /--no-install-recommends .*\bchromium-headless-shell fonts-dejavu-core /,
    )
  })

  test('checks its health with what it has', () => {
    const check = valuesOf('HEALTHCHECK')[0] ?? ''
    const command = JSON.parse(check.slice(check.indexOf('['))) as string[]
    expect(command.slice(0, 2)).toEqual(['node', '-e'])
    expect(command[2]).toContain('/healthz')
    expect(() => new Function(command[2] ?? '')).not.toThrow()
  })

  test('sets only settings that the service accepts', () => {
    const environment = parsePairs(valuesOf('ENV').join(' '))
    expect(readConfig(environment)).toMatchObject({
      HOST: '0.0.0.0',
      PORT: 8080,
      DATA_DIR: '/data',
      WORK_DIR: '/data/work',
    })
    expect(valuesOf('EXPOSE')).toEqual(['8080'])
  })
})

describe('the compose file', () => {
  const { services } = parse(read('docker-compose.yml')) as {
    services: Record<string, Record<string, unknown>>
  }
  const service = services['stepstream'] ?? {}

  test('runs one service that only this machine can reach, unless asked for more', () => {
    const always = Object.keys(services).filter((name) => !services[name]?.['profiles'])
    expect(always).toEqual(['stepstream'])
    expect(service['ports']).toEqual([expect.stringMatching(/^127\.0\.0\.1:\S+:-8080\}:8080$/)])
  })

  test('keeps the data in a volume', () => {
    expect(service['volumes']).toEqual(['data:/data'])
  })

  test('waits a little longer than the service needs to stop', () => {
    const grace = parseDuration(service['stop_grace_period'])
    expect(grace).toBeGreaterThan(readConfig({}).SHUTDOWN_GRACE)
  })
})

function parsePairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split(' ').map((pair) => pair.split('=') as [string, string]))
}
