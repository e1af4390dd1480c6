import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
// @ts-expect-error An example is plain JavaScript, for people to read and run.
import { answer } from '../../examples/shop.mjs'
import type { LoggedEvent } from '../../src/session/events.ts'
import { typesOf } from '../support/follow.ts'
import { type LocalServer, type ReceivedRequest, startServer } from '../support/local-server.ts'
import { startService } from '../support/service.ts'
import { runExample } from './run-example.ts'

describe('the examples', () => {
  test('sequence.yaml runs its sentences and its step one after the other', async () => {
    await using service = await startService()

    const run = await runExample(service, 'sequence.yaml', { service: service.url })

    expect(run.status).toBe('completed')
    expect(stepTypes(run.events)).toEqual([
      'step.started step1',
      'step.completed step1',
      'step.started step2',
      'step.waiting step2',
      'step.completed step2',
      'step.started ready',
      'step.completed ready',
    ])
    expect(run.output('step1')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(run.output('ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
    const waited = run.events.find((event) => event.type === 'step.waiting')
    const [asked] = run.events.filter((event) => isStart(event, 'ready'))
    expect(timeOf(asked)).toBeGreaterThanOrEqual(Date.parse(waited?.data.until ?? ''))
  })

  test('retry-and-condition.yaml tries the stock again and orders what is missing', async () => {
    await using service = await startService()
    await using shop = await openShop()

    const run = await runExample(service, 'retry-and-condition.yaml', { shop: shop.url })

    expect(run.status).toBe('completed')
    expect(run.steps).toEqual({
      stock: 'completed',
      enough: 'completed',
      note: 'skipped',
      order: 'completed',
      report: 'completed',
    })
    expect(stepTypes(run.events).slice(0, 6)).toEqual([
      'step.started stock',
      'step.retrying stock',
      'step.started stock',
      'step.retrying stock',
      'step.started stock',
      'step.completed stock',
    ])
    const retries = run.events.filter((event) => event.type === 'step.retrying')
    expect(retries.map(({ data }) => data.delayMs)).toEqual([100, 200])
    expect(run.events).toContainEqual(
      expect.objectContaining({
        type: 'step.skipped',
        stepId: 'note',
        data: { reason: 'branch_not_taken', because: 'enough' },
      }),
    )
    const sent = shop.received.filter(({ method }) => method === 'POST')
    expect(sent.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ['/orders', { pieces: 7 }],
      ['/notes', { text: expect.stringMatching(/^session ses_\w+: 3 of 10$/) }],
    ])
  })

  test('retry-and-condition.yaml orders nothing when there is enough', async () => {
    await using service = await startService()
    await using shop = await openShop()

    const run = await runExample(service, 'retry-and-condition.yaml', { shop: shop.url, wanted: 2 })

    expect(run.status).toBe('completed')
    expect(run.steps).toMatchObject({ note: 'completed', order: 'skipped', report: 'completed' })
    expect(shop.received.map(({ path }) => path)).not.toContain('/orders')
  })

  test('parallel-groups.yaml asks all shops side by side and tells its people side by side', async () => {
    await using service = await startService()
    await using shop = await startGatedShop(['/prices/north', '/prices/south', '/prices/west'])

    const run = await runExample(service, 'parallel-groups.yaml', { shop: shop.url })

    expect(run.status).toBe('completed')
    const types = stepTypes(run.events)
    expect(types.slice(0, 3)).toEqual([
      'step.started north',
      'step.started south',
      'step.started west',
    ])
    const ordered = types.indexOf('step.started cheap')
    for (const id of ['north', 'south', 'west']) {
      expect(types.indexOf(`step.completed ${id}`)).toBeLessThan(ordered)
    }
    const told = types.slice(types.indexOf('step.completed cheap') + 1)
    expect(told.slice(0, 2)).toEqual(['step.started tell_buyers', 'step.started tell_sellers'])
  })

  test('parallel-groups.yaml goes on without the order when the shop refuses it', async () => {
    await using service = await startService()
    await using shop = await startServer((request, response) => {
      if (request.path === '/orders') response.writeHead(409).end()
      else answerAsShop(request, response)
    })

    const run = await runExample(service, 'parallel-groups.yaml', { shop: shop.url })

    expect(run.status).toBe('completed_with_errors')
    expect(run.steps).toMatchObject({ cheap: 'failed', tell_buyers: 'skipped' })
  })

  test('undo-and-finally.yaml takes its order back when the card is refused, and leaves notes', async () => {
    await using service = await startService()
    await using shop = await openShop()

    const run = await runExample(service, 'undo-and-finally.yaml', { shop: shop.url })

    expect(run.status).toBe('failed')
    expect(run.steps).toEqual({
      order: 'undone',
      pay: 'failed',
      thank: 'skipped',
      note: 'completed',
      apologise: 'completed',
    })
    expect(shop.received.map(({ method, path, body }) => [`${method} ${path}`, body])).toEqual([
      ['POST /orders', '{"pieces":2}'],
      ['POST /payments', '{"order":7}'],
      ['DELETE /orders/7', ''],
      ['POST /notes', '{"text":"order 7 is undone, its payment failed"}'],
      ['POST /notes', '{"text":"we are sorry"}'],
    ])
  })

  test('child-workflow.yaml asks for the price of each region in a session of its own', async () => {
    await using service = await startService()
    await using shop = await openShop()

    const run = await runExample(service, 'child-workflow.yaml', { shop: shop.url })

    expect(run.status).toBe('completed')
    const prices = shop.received.filter(({ method }) => method === 'GET').map(({ path }) => path)
    expect(prices.toSorted()).toEqual(['/prices/north', '/prices/south', '/prices/west'])
    const outputs = run.output('asked') as { sessionId: string; status: string }[]
    expect(outputs.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
    const note = shop.received.find(({ path }) => path === '/notes')
    expect(JSON.parse(note?.body ?? '').prices).toHaveLength(3)
  })

  test('report.json puts a large output aside and reads it whole in the next step', async () => {
    await using service = await startService({ COMMANDS: 'seq,wc' })

    const run = await runExample(service, 'report.json')

    expect(run.status).toBe('completed')
    const aside = run.output('numbers') as { artifact: string; bytes: number }
    expect(aside).toMatchObject({ artifact: expect.stringMatching(/^art_/) })
    const kept = await service.get(`/v1/artifacts/${aside.artifact}`)
    const text = await kept.text()
    expect(text).toHaveLength(aside.bytes)
    expect(JSON.parse(text).stdout.trimEnd().split('\n')).toHaveLength(20_000)
    expect(run.output('count')).toMatchObject({ exitCode: 0, stdout: '20000\n' })
  })
})

function openShop(): Promise<LocalServer> {
  return startServer(answerAsShop)
}

function answerAsShop({ method, path, headers }: ReceivedRequest, response: ServerResponse): void {
  answer({ method, url: path, headers }, response)
}

/** A shop that answers none of these paths before all of them have been asked for. */
async function startGatedShop(paths: readonly string[]): Promise<LocalServer> {
  const held: [ReceivedRequest, ServerResponse][] = []
  return startServer((request, response) => {
    if (!paths.includes(request.path)) return answerAsShop(request, response)
    held.push([request, response])
    if (held.length === paths.length) for (const asked of held) answerAsShop(...asked)
  })
}

function stepTypes(events: readonly LoggedEvent[]): string[] {
  return typesOf(events.filter(({ type }) => type.startsWith('step.')))
}

function isStart(event: LoggedEvent, stepId: string): boolean {
  return event.type === 'step.started' && event.stepId === stepId
}

function timeOf(event: LoggedEvent | undefined): number {
  return Date.parse(event?.at ?? '')
}
