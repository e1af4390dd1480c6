import { describe, expect, test } from 'vitest'
import { newSessionId } from '../../src/ids.ts'
import type { BrowserOptions } from '../../src/modules/browser/types.ts'
import type { LoggedEvent } from '../../src/session/events.ts'
import { clicks, fills, fillsSecret, givesUp, isDone } from '../support/ai-decisions.ts'
import { type AiServer, hangs, startAiServer } from '../support/ai-server.ts'
import { browserSettings } from '../support/browser.ts'
import { asked, decided, refusal } from '../support/people.ts'
import { plan, step } from '../support/plans.ts'
import {
  element,
  type React,
  type ScriptedPage,
  scriptedBrowser,
  scriptedSteps,
  text,
} from '../support/scripted-browser.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

const cart: ScriptedPage = {
  url: 'https://shop.test/cart',
  nodes: [element('e1', 'textbox', 'Card'), element('e2', 'button', 'Pay now')],
}

const shop: React = (action, page, node) =>
  node?.name === 'Pay now' && action.do === 'click' ? { ...page, nodes: [text('Paid')] } : undefined

function settingsFor(ai: AiServer, more: Record<string, string> = {}): Record<string, string> {
  return { AI_BASE_URL: ai.baseUrl, AI_MODEL: 'm', AI_API_KEY: 'sk-secret-key', ...more }
}

/** A service whose browser is a script; `page` is what is open when an attempt begins. */
function serve(
  ai: AiServer,
  more: Record<string, string> = {},
  page = () => cart,
): Promise<Service> {
  const browserSteps = scriptedSteps((context) => scriptedBrowser(page(), shop, context))
  return startService(settingsFor(ai, more), { browserSteps })
}

/** Starts a session whose browser is to be so. */
async function startWith(
  { app }: Service,
  input: Record<string, unknown>,
  browser: BrowserOptions = {},
): Promise<string> {
  const createdAt = Date.now()
  const sessionId = newSessionId(createdAt)
  const of = plan([step('buy', { uses: 'ai', with: input as never, onInterrupted: 'fail' })])
  await app.stepProcessor.start({
    tenant: 'default',
    sessionId,
    createdAt,
    plan: { ...of, browser: browser as never },
    correlation: { id: 'c' },
  })
  return sessionId
}

const typesOf = (events: readonly LoggedEvent[]) => events.map(({ type }) => type)
const goal = 'Pay for what is in the cart'

describe('an ai step', () => {
  test('reaches its goal, and tells how', async () => {
    await using ai = await startAiServer(fillsSecret('e1', 'CARD'), clicks('e2'), isDone('Paid'))
    await using service = await serve(ai, { SECRET_CARD: '4111-secret' })
    const sessionId = await start(service, {
      steps: [{ id: 'buy', uses: 'ai', with: { goal, secrets: ['CARD'] } }],
    })
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.completed').output).toEqual({ summary: 'It is done.', actions: 2 })
    expect(typesOf(events).filter((type) => type === 'ai.usage').length).toBe(3)
    expect(ai.requests[0]?.path).toBe('/v1/models')
    const told = JSON.stringify([events, ai.requests.map(({ body }) => body)])
    expect(told).not.toContain('4111-secret')
    expect(JSON.stringify(events)).not.toContain('sk-secret-key')
  })

  test('fails where the goal is not met, and errs where it cannot be tried', async () => {
    await using ai = await startAiServer(givesUp('the cart is empty'), hangs())
    await using service = await serve(ai)
    const steps = [{ id: 'buy', uses: 'ai', with: { goal, limits: { time: '300ms' } } }]
    const unmet = lastOf(await ended(service, await start(service, { steps })), 'step.failed')
    expect(unmet).toMatchObject({
      kind: 'failed',
      error: { code: 'AI_GAVE_UP', message: 'the cart is empty' },
    })
    const late = lastOf(await ended(service, await start(service, { steps })), 'step.failed')
    expect(late).toMatchObject({ kind: 'error', error: { code: 'AI_LIMIT_REACHED' } })
  })

  test('is refused when it is planned where something is missing', async () => {
    await using ai = await startAiServer()
    const steps = [{ uses: 'ai', with: { goal } }]
    const codesOf = async (service: Service, input: object = { goal }) => {
      const answer = await json<{ faults?: { code: string; pointer: string }[] }>(
        service.post('/v1/sessions', { steps: [{ uses: 'ai', with: input }] }),
      )
      return answer.faults?.map(({ code, pointer }) => `${code} ${pointer}`)
    }
    await using bare = await startService(await browserSettings())
    expect(await codesOf(bare)).toEqual(['AI_NEEDED /steps/0/with'])
    await using service = await serve(ai)
    expect(await codesOf(service, { goal, connection: 'fast' })).toEqual([
      'AI_NEEDED /steps/0/with/connection',
    ])
    expect(await codesOf(service, { goal, secrets: ['CARD'] })).toEqual([
      'UNKNOWN_SECRET /steps/0/with/secrets/0',
    ])
    expect(await codesOf(service, { goal, limits: { actions: 51, time: '11m' } })).toEqual([
      'INVALID_VALUE /steps/0/with/limits/actions',
      'INVALID_VALUE /steps/0/with/limits/time',
    ])
    expect((await service.post('/v1/plans', { steps })).status).toBe(200)
    expect(ai.requests).toEqual([])
  })

  test('has no limit of its own for people, and what a step says otherwise', async () => {
    await using ai = await startAiServer()
    await using service = await serve(ai)
    const body = {
      steps: [
        { uses: 'ai', with: { goal } },
        { uses: 'ai', with: { goal }, timeout: '1m' },
      ],
    }
    const { steps } = await json<{ steps: { unlimited?: boolean }[] }>(
      service.post('/v1/plans', body),
    )
    expect(steps.map(({ unlimited }) => unlimited)).toEqual([true, undefined])
  })

  test('is refused before its session begins where the model does not answer, but for repeats', async () => {
    const ai = await startAiServer()
    await using service = await serve(ai)
    await ai[Symbol.asyncDispose]()
    const body = { steps: [{ uses: 'ai', with: { goal } }] }
    expect(await refusal(service.post('/v1/sessions', body))).toEqual([503, 'AI_UNAVAILABLE'])
    expect(await json(service.get('/v1/sessions'))).toMatchObject({ sessions: [] })
    const repeated = await service.post('/v1/sessions', body, { 'idempotency-key': 'k' })
    expect(repeated.status).toBe(202)
    const { sessionId } = await json<{ sessionId: string }>(repeated)
    const { error } = lastOf(await ended(service, sessionId), 'step.failed')
    expect(error).toMatchObject({ code: 'AI_UNAVAILABLE', retryable: true })
  })

  test('has the limits of its session over all its steps', async () => {
    await using ai = await startAiServer(clicks('e2'), isDone('Paid'))
    await using service = await serve(ai, { AI_SESSION_MAX_TOKENS: '150' })
    const buy = { uses: 'ai', with: { goal } }
    const sessionId = await start(service, {
      browser: { cache: 'off' },
      steps: [
        { ...buy, id: 'a' },
        { ...buy, id: 'b' },
      ],
    })
    const events = await ended(service, sessionId)
    expect(events.find(({ type }) => type === 'step.completed')).toMatchObject({ stepId: 'a' })
    expect(lastOf(events, 'step.failed').error).toMatchObject({
      code: 'AI_LIMIT_REACHED',
      message: expect.stringContaining('150 tokens in the session'),
    })
  })
})

describe('an action that a person has to approve', () => {
  const browser: BrowserOptions = { requireApproval: ['pay'] }

  test('waits for them, and the step goes on with it', async () => {
    await using ai = await startAiServer(clicks('e2', 'The cart is full.'), isDone('Paid'))
    await using service = await serve(ai)
    const sessionId = await startWith(service, { goal }, browser)
    const { interactionId, kind, prompt } = await asked(service, sessionId)
    expect(kind).toBe('approval')
    expect(prompt).toContain('click button "Pay now" (pay)')
    await decided(service, interactionId, { decision: 'approve', actor: 'ana' })
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.completed').output).toEqual({ summary: 'It is done.', actions: 1 })
    const life = events.filter(({ type }) => /^(step\.(?!progress)|interaction)/.test(type))
    expect(life.map((event) => `${event.type} ${'attempt' in event ? event.attempt : ''}`)).toEqual(
      [
        'step.started 1',
        'step.waiting 1',
        'interaction.created 1',
        'interaction.answered 1',
        'step.continuing 1',
        'step.started 2',
        'step.completed 2',
      ],
    )
    expect(await json(service.get(`/v1/sessions/${sessionId}/steps`))).toMatchObject({
      steps: [{ attempts: [{ result: 'continued' }, { result: 'completed' }] }],
    })
    expect(
      await refusal(
        service.post(`/v1/interactions/${interactionId}/answer`, { decision: 'reject' }),
      ),
    ).toEqual([409, 'INTERACTION_ANSWERED'])
  })

  test('fails the step with the reason where they refuse', async () => {
    await using ai = await startAiServer(clicks('e2'))
    await using service = await serve(ai)
    const sessionId = await startWith(service, { goal }, browser)
    const { interactionId } = await asked(service, sessionId)
    await decided(service, interactionId, { decision: 'reject', note: 'too dear', actor: 'ana' })
    const events = await ended(service, sessionId)
    expect(lastOf(events, 'step.failed').error).toMatchObject({
      code: 'APPROVAL_REJECTED',
      message: 'ana rejected it: too dear',
    })
    expect(typesOf(events)).not.toContain('browser.command_started')
  })

  test('outlives a restart of the service, and a page that was loaded anew', async () => {
    await using ai = await startAiServer(
      fills('e1', '4111'),
      clicks('e2'),
      clicks('e2'),
      isDone('Paid'),
    )
    await using first = await serve(ai)
    const sessionId = await startWith(first, { goal }, browser)
    const { interactionId } = await asked(first, sessionId)
    await first.app.close()
    await using second = await serve(ai, { DATA_DIR: first.dataDir })
    await decided(second, interactionId, { decision: 'approve' })
    const events = await ended(second, sessionId)
    expect(lastOf(events, 'session.completed').status).toBe('completed')
    expect(lastOf(events, 'step.completed').output).toMatchObject({ actions: 2 })
  })
})

test('a session that is cancelled does not wait for its model', async () => {
  await using ai = await startAiServer(hangs())
  await using service = await serve(ai)
  const sessionId = await start(service, { steps: [{ uses: 'ai', with: { goal } }] })
  await until(service, sessionId, 'step.started')
  await service.post(`/v1/sessions/${sessionId}/cancel`)
  expect(lastOf(await ended(service, sessionId), 'session.cancelled')).toBeDefined()
})
