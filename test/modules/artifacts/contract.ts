import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { ulid } from 'ulid'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ArtifactBytes, ArtifactKey } from '../../../src/modules/artifacts/types.ts'

/** A place for bytes that two replicas have opened, which a test can cut off from both. */
export interface BytesUnderTest extends AsyncDisposable {
  readonly replicas: readonly [ArtifactBytes, ArtifactBytes]
  goAway(): Promise<void>
  comeBack(): Promise<void>
  /** How many bytes readers have had from the place so far. */
  bytesRead?(): number
  /** What readers and writers hold of the place now: connections, open files. */
  held(): number | Promise<number>
}

/** What an open stream may have been given ahead of its reader: a piece and a buffer or two. */
const READ_AHEAD = 3 * 1024 * 1024

const keyOf = (sessionId = `ses_${ulid()}`): ArtifactKey => ({
  sessionId,
  id: `art_${randomBytes(16).toString('hex')}`,
})

/**
 * What every adapter of ArtifactBytes holds.
 * @param streamsBreak a stream that is open needs its place until its end
 */
export function artifactBytesContract(
  name: string,
  open: () => Promise<BytesUnderTest>,
  { streamsBreak = true } = {},
): void {
  describe(name, () => {
    let place: BytesUnderTest
    let bytes: ArtifactBytes
    let other: ArtifactBytes

    beforeEach(async () => {
      place = await open()
      ;[bytes, other] = place.replicas
    })
    afterEach(() => place[Symbol.asyncDispose]())

    const streamed = async (from: ArtifactBytes, key: ArtifactKey) => {
      const stream = await from.open(key)
      return stream && buffer(stream)
    }
    const unavailable = { name: 'StepstreamError', code: 'STORAGE_UNAVAILABLE' }

    test.each([
      ['nothing', 0],
      ['one byte', 1],
      ['256 KiB', 256 * 1024],
      ['1 MiB', 1024 * 1024],
      ['1 MiB and a byte', 1024 * 1024 + 1],
    ])(
      'gives back %s as it was written, whole and streamed, on either replica',
      async (_, size) => {
        const key = keyOf()
        const content = randomBytes(size)
        await bytes.write(key, content)
        for (const replica of place.replicas) {
          expect(content.equals((await replica.read(key)) ?? Buffer.from('missing'))).toBe(true)
          expect(content.equals((await streamed(replica, key)) ?? Buffer.from('missing'))).toBe(
            true,
          )
        }
      },
    )

    test('keeps a part of a larger buffer to itself', async () => {
      const key = keyOf()
      const pool = new Uint8Array([1, 2, 0, 255, 128, 6])
      await bytes.write(key, pool.subarray(2, 5))
      expect([...((await other.read(key)) ?? [])]).toEqual([0, 255, 128])
    })

    test('has nothing under a key that was not written', async () => {
      const written = keyOf()
      await bytes.write(written, randomBytes(10))
      for (const key of [keyOf(), keyOf(written.sessionId), { ...keyOf(), id: written.id }]) {
        expect(await bytes.open(key)).toBeUndefined()
        expect(await bytes.read(key)).toBeUndefined()
      }
    })

    test('removes one and leaves the others of its session', async () => {
      const [gone, kept] = [keyOf('ses_one'), keyOf('ses_one')]
      await Promise.all([gone, kept].map((key) => bytes.write(key, randomBytes(300_000))))
      await other.remove(gone)
      await other.remove(gone)
      expect(await bytes.read(gone)).toBeUndefined()
      expect(await bytes.open(gone)).toBeUndefined()
      expect(await bytes.read(kept)).toHaveLength(300_000)
    })

    test('removes a session whole, as often as asked, and leaves those with similar ids', async () => {
      const gone = [keyOf('ses_ab'), keyOf('ses_ab')]
      const kept = [keyOf('ses_a'), keyOf('ses_abc'), keyOf('ses_AB'), keyOf('xses_ab')]
      await Promise.all([...gone, ...kept].map((key) => bytes.write(key, randomBytes(10))))
      await Promise.all([bytes.removeSession('ses_ab'), other.removeSession('ses_ab')])
      await bytes.removeSession('ses_ab')
      await bytes.removeSession('ses_never')
      for (const key of gone) expect(await other.read(key)).toBeUndefined()
      for (const key of kept) expect(await other.read(key)).toHaveLength(10)
    })

    test('takes the writes of two replicas side by side', async () => {
      const keys = Array.from({ length: 40 }, () => keyOf('ses_both'))
      const content = keys.map(() => randomBytes(20_000))
      await Promise.all(
        keys.map((key, index) =>
          place.replicas[index % 2]?.write(key, content[index] ?? new Uint8Array()),
        ),
      )
      for (const [index, key] of keys.entries()) {
        const read = await place.replicas[(index + 1) % 2]?.read(key)
        expect(content[index]?.equals(read ?? Buffer.from('missing'))).toBe(true)
      }
    })

    test('reads ahead of a slow reader no more than a buffer', async () => {
      const key = keyOf()
      const content = randomBytes(12 * 1024 * 1024)
      await bytes.write(key, content)
      const before = place.bytesRead?.() ?? 0
      const stream = (await bytes.open(key))!
      const chunks = stream.iterator()
      const first: Buffer = (await chunks.next()).value
      expect(first.equals(content.subarray(0, first.length))).toBe(true)
      // Its reader rests for as long as others read a little: time enough to read ahead.
      const small = keyOf()
      await bytes.write(small, randomBytes(10))
      for (let round = 0; round < 50; round++) await bytes.read(small)
      expect(first.length + stream.readableLength).toBeLessThan(READ_AHEAD)
      if (place.bytesRead) expect(place.bytesRead() - before).toBeLessThan(READ_AHEAD)
      expect(Buffer.concat([first, await buffer(chunks)]).equals(content)).toBe(true)
    })

    test('holds nothing for readers that went away, before their first byte or after', async () => {
      const key = keyOf()
      await bytes.write(key, randomBytes(3 * 1024 * 1024))
      const before = await place.held()
      for (let round = 0; round < 30; round++) {
        const stream = (await bytes.open(key))!
        if (round % 2 === 0) await stream.iterator({ destroyOnReturn: false }).next()
        const closed = once(stream, 'close')
        stream.destroy()
        await closed
      }
      await expect.poll(() => place.held()).toBeLessThanOrEqual(before)
      expect(await bytes.read(key)).toHaveLength(3 * 1024 * 1024)
    })

    test('says STORAGE_UNAVAILABLE to whoever writes, reads or removes while it is away, and recovers', async () => {
      const key = keyOf()
      const next = keyOf(key.sessionId)
      await bytes.write(key, Buffer.from('there'))
      await place.goAway()
      await expect(bytes.write(next, Buffer.from('x'))).rejects.toMatchObject(unavailable)
      await expect(bytes.open(key)).rejects.toMatchObject(unavailable)
      await expect(bytes.read(key)).rejects.toMatchObject(unavailable)
      await expect(bytes.remove(key)).rejects.toMatchObject(unavailable)
      await expect(bytes.removeSession(key.sessionId)).rejects.toMatchObject(unavailable)
      await expect(bytes.read(key)).rejects.toHaveProperty('cause', expect.any(Error))
      await place.comeBack()
      expect(String(await streamed(bytes, key))).toBe('there')
      await bytes.write(next, Buffer.from('again'))
      expect(String(await streamed(other, next))).toBe('again')
    })

    test.runIf(streamsBreak)(
      'fails a stream whose place goes away, rather than ending it',
      async () => {
        const key = keyOf()
        await bytes.write(key, randomBytes(12 * 1024 * 1024))
        const chunks = (await bytes.open(key))!.iterator()
        await chunks.next()
        await place.goAway()
        await expect(buffer(chunks)).rejects.toMatchObject(unavailable)
        await place.comeBack()
      },
    )

    test.each(['../../escaped', '..', '.', '', 'a/b', 'ses_%2e'])(
      'refuses %j as a part of a key',
      async (id) => {
        const good = keyOf()
        const keys: ArtifactKey[] = [
          { ...good, id },
          { ...good, sessionId: id },
        ]
        for (const key of keys) {
          await expect(bytes.write(key, Buffer.from('x'))).rejects.toThrow('is no id')
          await expect(bytes.open(key)).rejects.toThrow('is no id')
          await expect(bytes.read(key)).rejects.toThrow('is no id')
          await expect(bytes.remove(key)).rejects.toThrow('is no id')
        }
        await expect(bytes.removeSession(id)).rejects.toThrow('is no id')
      },
    )
  })
}
