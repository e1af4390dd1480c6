import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { beforeAll, expect, test } from 'vitest'
import { targetKinds } from '../../src/http/audit.ts'
import { startService } from '../support/service.ts'

/** Mutating routes that leave no entry, and why. */
const leftOut: Readonly<Record<string, string>> = {
  'POST /v1/sessions': 'a plain start: the session and its log are the record of it',
  'POST /v1/plans': 'a check, which changes nothing',
  'POST /v1/hooks/:id/trigger': 'a start: the session says which hook it came by',
  'POST /v1/interactions/claim': 'the log of the session says who has what',
  'POST /v1/interactions/:id/heartbeat': 'tells how work goes, and keeps it',
  'POST /v1/sessions/:id/next': 'changes nothing: asked twice, it answers the same',
  'POST /v1/interactions/:id/progress': 'what it tells is in the log of the session',
  'POST /v1/sign-in': 'opens nothing that the key itself does not',
  'DELETE /v1/sign-in': 'only the browser forgets something',
  'POST /v1/sessions/:id/tickets': 'changes nothing: who may make one may read the same',
}

let routes: readonly RouteOptions[]

beforeAll(async () => {
  routes = await registeredRoutes()
})

test('every route that changes something is audited, or left out for a reason', () => {
  const unanswered = mutating().filter(
    (route) => route.config?.audit === undefined && leftOut[nameOf(route)] === undefined,
  )
  expect(unanswered.map(nameOf)).toEqual([])
})

test('what is left out exists, and is not audited all the same', () => {
  for (const name of Object.keys(leftOut)) {
    const route = mutating().find((one) => nameOf(one) === name)
    expect([name, route?.config?.audit ?? 'none', route === undefined]).toEqual([
      name,
      'none',
      false,
    ])
  }
})

test('an action says what is done to what', () => {
  const actions = mutating().flatMap(({ config }) => config?.audit ?? [])
  expect(actions.length).toBeGreaterThan(10)
  for (const action of actions) expect(action).toMatch(/^[a-z]+\.[a-z_]+$/)
})

test('each parameter of an audited path has a name in the log', () => {
  const nameless = mutating()
    .filter(({ config }) => config?.audit !== undefined)
    .flatMap(({ url }) => [...url.matchAll(/([^/]+)\/:\w+/g)])
    .map(([, before = '']) => before)
    .filter((before) => targetKinds[before] === undefined)
  expect(nameless).toEqual([])
})

function mutating(): readonly RouteOptions[] {
  return routes.filter(
    ({ method, url }) =>
      url.startsWith('/v1') &&
      [method].flat().some((one) => !['GET', 'HEAD', 'OPTIONS'].includes(one)),
  )
}

function nameOf({ method, url }: RouteOptions): string {
  return `${[method].flat().join(',')} ${url}`
}

/** Those of a whole service, hidden ones too, in the form in which they are added. */
async function registeredRoutes(): Promise<readonly RouteOptions[]> {
  const added: RouteOptions[] = []
  const onServer = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', (route) => void added.push(route))
  }
  subscribe('fastify.initialization', onServer)
  try {
    await using _ = await startService()
    return added
  } finally {
    unsubscribe('fastify.initialization', onServer)
  }
}
