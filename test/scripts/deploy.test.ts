import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig, settings } from '../../src/config.ts'
import { parseDuration } from '../../src/duration.ts'
import { createMetrics } from '../../src/modules/metrics/index.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

describe('the scale profile', () => {
  const { services } = parse(read('docker-compose.yml')) as {
    services: Record<string, Record<string, unknown>>
  }
  const environment = parseEnv(read('deploy/scale.env'))

  test('adds a database and a proxy, and leaves room for many replicas', () => {
    const profile = environment['COMPOSE_PROFILES']
    const added = Object.keys(services).filter((name) =>
      (services[name]?.['profiles'] as string[] | undefined)?.includes(profile ?? ''),
    )
    expect(added).toEqual(['postgres', 'proxy'])
    expect(services['proxy']?.['ports']).toEqual(['127.0.0.1:8080:8080'])
    const [first, last] = (environment['STEPSTREAM_PORTS'] ?? '').split('-').map(Number)
    expect(first).toBeGreaterThan(8080)
    expect(last).toBeGreaterThan((first ?? 0) + 3)
  })

  test('gives the replicas the database that it starts', () => {
    const url = new URL(readConfig({ DATABASE_URL: environment['DATABASE_URL'] }).DATABASE_URL)
    const database = services['postgres']?.['environment'] as Record<string, string>
    expect(url.hostname).toBe('postgres')
    expect(url.username).toBe(database['POSTGRES_USER'])
    expect(url.pathname).toBe(`/${database['POSTGRES_DB']}`)
    expect(url.password).toBe(environment['POSTGRES_PASSWORD'])
  })

  test('has a proxy that passes events on as they come', () => {
    const proxy = read('deploy/Caddyfile')
    expect(proxy).toContain('flush_interval -1')
    const idle = /idle (\S+)/.exec(proxy)?.[1]
    expect(parseDuration(idle)).toBeGreaterThan(2 * readConfig({}).STREAM_HEARTBEAT)
  })
})

describe('the Kubernetes manifests', () => {
  const folder = 'deploy/kubernetes'
  const files = readdirSync(join(root, folder))
  const manifest = (file: string) => parse(read(`${folder}/${file}`))
  const deployment = manifest('deployment.yaml')
  const pod = deployment.spec.template.spec
  const container = pod.containers[0]
  const grace = Number(pod.terminationGracePeriodSeconds) * 1000

  test('are all in the kustomization', () => {
    const { resources } = manifest('kustomization.yaml')
    expect([...resources, 'kustomization.yaml'].toSorted()).toEqual(files.toSorted())
  })

  test('set only settings that the service accepts', () => {
    const given = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    )
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(given)))
    const { SHUTDOWN_GRACE } = readConfig(given)
    const pause = container.lifecycle.preStop.sleep.seconds * 1000
    expect(grace).toBeGreaterThanOrEqual(pause + SHUTDOWN_GRACE + 10_000)
  })

  test('select the pods of the deployment', () => {
    const labels = deployment.spec.template.metadata.labels
    expect(deployment.spec.selector.matchLabels).toEqual(labels)
    expect(manifest('service.yaml').spec.selector).toEqual(labels)
    expect(manifest('disruption-budget.yaml').spec.selector.matchLabels).toEqual(labels)
    expect(manifest('autoscaler.yaml').spec.scaleTargetRef.name).toBe(deployment.metadata.name)
  })

  test('scale by a metric that is exported', async () => {
    const [{ pods }] = manifest('autoscaler.yaml').spec.metrics
    const metrics = createMetrics({
      sessionsByStatus: async () => ({}),
      load: () => ({ running: 30, queued: 0 }),
      streams: () => ({
        open: 0,
        opened: 0,
        closed: {},
        deliveredEvents: 0,
        writtenBytes: 0,
        maxLag: 0,
      }),
      places: 100,
    })
    expect(await metrics.render()).toContain(`${pods.metric.name} 0.3`)
  })
})
