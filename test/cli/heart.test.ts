import { describe, expect, onTestFinished, test } from 'vitest'
import { Heart } from '../../src/cli/worker/heart.ts'
import { Unavailable } from '../../src/cli/worker/refusals.ts'
import type { OutputPart } from '../../src/cli/worker/service-api.ts'

type Heartbeat = (id: string, output: readonly OutputPart[]) => Promise<{ cancel: boolean }>

/** The heart of a work, with all that it sends and why it stopped. */
function start(leaseMs: number, heartbeat: Heartbeat = async () => ({ cancel: false })) {
  const beats: (readonly OutputPart[])[] = []
  const stops: string[] = []
  const heart = new Heart({
    api: {
      heartbeat(id, output) {
        beats.push(output)
        return heartbeat(id, output)
      },
    },
    interactionId: 'int_1',
    leaseMs,
    onStop: (reason) => stops.push(reason),
  })
  onTestFinished(() => heart.stop())
  return { heart, beats, stops }
}

const sizeOf = (parts: readonly OutputPart[]) => Buffer.byteLength(JSON.stringify(parts))

describe('the heart of a work', () => {
  test('beats also while its command writes without a pause', async () => {
    const { heart, beats } = start(5000)
    const writing = setInterval(() => heart.output('stdout', '.'), 20)
    onTestFinished(() => clearInterval(writing))
    await expect.poll(() => beats.length).toBeGreaterThan(2)
  })

  test('stops the work at the end of the lease when the service does not answer at all', async () => {
    const { heart, beats, stops } = start(1500, () => new Promise(() => {}))
    heart.output('stdout', '.')
    await expect.poll(() => stops).toEqual(['lost'])
    expect(beats).toHaveLength(1)
  })

  test('goes on when the service answers late, and then in time', async () => {
    let failures = 1
    const { beats, stops } = start(6000, async () => {
      if (failures-- > 0) throw new Unavailable('it is away')
      return { cancel: false }
    })
    await expect.poll(() => beats.length).toBe(3)
    expect(stops).toEqual([])
  })

  test('asks a service that is away no more often because there is output', async () => {
    const { heart, beats } = start(60_000, () => Promise.reject(new Unavailable('it is away')))
    const writing = setInterval(() => heart.output('stdout', '.'), 20)
    onTestFinished(() => clearInterval(writing))
    await expect.poll(() => beats.length).toBe(1)
    let written = 0
    const counting = setInterval(() => written++, 20)
    onTestFinished(() => clearInterval(counting))
    await expect.poll(() => written).toBeGreaterThan(50)
    expect(beats).toHaveLength(1)
  })

  test('sends no more at once than the service takes, whatever is written', async () => {
    const { heart, beats } = start(15_000)
    const text = '\u0001'.repeat(1_000_000)
    heart.output('stdout', text)
    await heart.finish()
    expect(beats.map(sizeOf).filter((bytes) => bytes > 1_000_000)).toEqual([])
    expect(beats.flat().reduce((sum, part) => sum + part.text.length, 0)).toBe(text.length)
  })
})
