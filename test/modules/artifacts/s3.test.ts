import type { ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openS3Bytes } from '../../../src/modules/artifacts/s3.ts'
import { artifactBytesContract, type BytesUnderTest } from './contract.ts'
import { error, type S3Request, type S3Server, startS3 } from './s3-server.ts'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
})

artifactBytesContract('bytes in a bucket', openTestBucket)

describe('bytes in a bucket', () => {
  const key = { sessionId: 'ses_1', id: 'art_1' }

  test('are objects under prefix, session and artifact', async () => {
    await using place = await openTestBucket()
    await place.replicas[0].write(key, Buffer.from('x'))
    await using bare = await openTestBucket('')
    await bare.replicas[0].write(key, Buffer.from('x'))
    expect([...place.server.objects.keys()]).toEqual(['a/b/ses_1/art_1'])
    expect([...bare.server.objects.keys()]).toEqual(['ses_1/art_1'])
  })

  test('go with their session, however many they are', async () => {
    await using place = await openTestBucket()
    const { objects, received } = place.server
    for (let no = 0; no < 2_001; no++) objects.set(`a/b/ses_1/art_${no}`, Buffer.from('x'))
    objects.set('a/b/ses_10/art_1', Buffer.from('x'))
    objects.set('b/ses_1/art_1', Buffer.from('x'))
    await place.replicas[0].removeSession('ses_1')
    expect([...objects.keys()]).toEqual(['a/b/ses_10/art_1', 'b/ses_1/art_1'])
    expect(received.map(({ method }) => method)).toEqual([
      ...['GET', 'POST', 'GET', 'POST', 'GET', 'POST'],
    ])
    received.length = 0
    await place.replicas[0].removeSession('ses_1')
    expect(received.map(({ method }) => method)).toEqual(['GET'])
  })

  test('are not gone while the bucket keeps some of them', async () => {
    await using place = await openTestBucket()
    await place.replicas[0].write(key, Buffer.from('x'))
    const refusal = '<Error><Key>a/b/ses_1/art_1</Key><Code>AccessDenied</Code></Error>'
    place.server.misbehave = ({ query }, response) => {
      if (!query.has('delete')) return false
      response.end(`<DeleteResult>${refusal}</DeleteResult>`)
      return true
    }
    await expect(place.replicas[0].removeSession('ses_1')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      cause: { message: 'a/b/ses_1/art_1: AccessDenied' },
    })
  })

  test.each([500, 503])('are asked for again after a %d', async (status) => {
    await using place = await openTestBucket()
    let left = 2
    place.server.misbehave = (_, response) => left-- > 0 && refuse(response, status, 'SlowDown')
    await place.replicas[0].write(key, Buffer.from('there'))
    expect(place.server.received).toHaveLength(3)
    left = 2
    expect(await place.replicas[1].read(key)).toHaveLength(5)
  })

  test.each([
    ['overloaded', 503, 'SlowDown'],
    ['broken', 500, 'InternalError'],
    ['closed to us', 403, 'AccessDenied'],
    ['gone', 404, 'NoSuchBucket'],
  ])('are unavailable while the bucket is %s', async (_, status, code) => {
    await using place = await openTestBucket()
    await place.replicas[0].write(key, Buffer.from('there'))
    place.server.misbehave = (_request, response) => refuse(response, status, code)
    const unavailable = { code: 'STORAGE_UNAVAILABLE', cause: { name: code } }
    await expect(place.replicas[0].write(key, Buffer.from('x'))).rejects.toMatchObject(unavailable)
    await expect(place.replicas[0].read(key)).rejects.toMatchObject(unavailable)
    await expect(place.replicas[0].open(key)).rejects.toMatchObject(unavailable)
    await expect(place.replicas[0].removeSession('ses_1')).rejects.toMatchObject(unavailable)
  })

  test.each<[string, (request: S3Request, response: ServerResponse) => boolean]>([
    ['never answers', () => true],
    [
      'stops in the middle of its answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('some')
        return true
      },
    ],
    [
      'breaks off in the middle of its answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('some')
        setImmediate(() => response.destroy())
        return true
      },
    ],
  ])('are unavailable while the bucket %s', async (_, misbehave) => {
    await using place = await openTestBucket()
    await place.replicas[0].write(key, Buffer.from('there'))
    place.server.misbehave = misbehave
    const unavailable = { code: 'STORAGE_UNAVAILABLE' }
    await expect(place.replicas[0].read(key)).rejects.toMatchObject(unavailable)
    await expect(place.replicas[0].open(key)).rejects.toMatchObject(unavailable)
    await expect.poll(() => place.server.open()).toBe(0)
    place.server.misbehave = undefined
    expect(await place.replicas[0].read(key)).toHaveLength(5)
  })

  test('fail a stream when they are removed while it is read', async () => {
    await using place = await openTestBucket()
    await place.replicas[0].write(key, Buffer.alloc(4 * 1024 * 1024))
    const chunks = (await place.replicas[0].open(key))!.iterator()
    await chunks.next()
    place.server.objects.clear()
    await expect(buffer(chunks)).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    })
  })

  test('are removed where a maker of S3 says that there are none', async () => {
    await using place = await openTestBucket()
    place.server.misbehave = (_, response) => refuse(response, 404, 'NoSuchKey')
    await place.replicas[0].remove(key)
  })

  test('are read whole from a maker of S3 that knows no ranges', async () => {
    await using place = await openTestBucket()
    await place.replicas[0].write(key, Buffer.alloc(3 * 1024 * 1024))
    const whole = place.server.objects.get('a/b/ses_1/art_1')
    place.server.misbehave = (_, response) => {
      response.end(whole)
      return true
    }
    const stream = await place.replicas[0].open(key)
    expect(await buffer(stream!)).toHaveLength(3 * 1024 * 1024)
  })
})

function refuse(response: ServerResponse, status: number, code: string): boolean {
  const answer = error(status, code)
  response.writeHead(status, answer.headers).end(answer.body)
  return true
}

interface TestBytes extends BytesUnderTest {
  readonly server: S3Server
}

async function openTestBucket(prefix = 'a/b'): Promise<TestBytes> {
  const server = await startS3()
  const { endpoint } = server
  const open = () =>
    openS3Bytes({
      ...{ bucket: 'bucket', prefix, endpoint, region: 'eu-1', pathStyle: true },
      ...{ connectTimeoutMs: 300, idleTimeoutMs: 300 },
    })
  const replicas = [await open(), await open()] as const
  return {
    server,
    replicas,
    goAway: server.goAway,
    comeBack: server.comeBack,
    bytesRead: server.bytesSent,
    held: server.open,
    async [Symbol.asyncDispose]() {
      for (const replica of replicas) await replica.close()
      await server[Symbol.asyncDispose]()
    },
  }
}
