import type { GetObjectCommandOutput, S3ClientConfig } from '@aws-sdk/client-s3'
import { ConfigError } from '../../config.ts'
import { removedMeanwhile, streamOf } from './pieces.ts'
import { safeName } from './safe-name.ts'
import type { ArtifactBytes, ArtifactKey } from './types.ts'
import { orUnavailable, unavailable } from './unavailable.ts'

/** A part of a bucket, at AWS or any other maker of S3. */
export interface S3Place {
  readonly bucket: string
  /** Before every key, without a slash at its ends; may be empty. */
  readonly prefix: string
  /** @default AWS's for the region */
  readonly endpoint?: string
  /** @default what the environment says to the SDK */
  readonly region?: string
  /** The bucket in the path of the URL, not in the host name. */
  readonly pathStyle: boolean
}

export interface S3BytesOptions extends S3Place {
  /** The limit of making a connection. @default 3000 */
  readonly connectTimeoutMs?: number
  /** The limit of silence on a connection. @default 10000 */
  readonly idleTimeoutMs?: number
}

/** Large outputs are mostly smaller: one request each. */
const PIECE_BYTES = 1024 * 1024

/** The limit of sending a request whole and of the answer's beginning. */
const REQUEST_TIMEOUT_MS = 60_000

/** The first try and two more, after a fault of the network or of the server. */
const MAX_ATTEMPTS = 3

interface Piece {
  readonly bytes: Uint8Array
  /** The size of the whole. */
  readonly total: number
}

/**
 * Bytes as objects of a bucket, `<prefix>/<sessionId>/<artifactId>`, read by ranges. The SDK is
 * loaded here, so that nobody else pays for it, and finds its credentials in the environment.
 *
 * Its requests do not go through the guarded client of outbound requests: the operator names the
 * endpoint, no user does, and it may well be on a private network.
 *
 * @throws ConfigError when neither the place nor the environment names a region
 */
export async function openS3Bytes(options: S3BytesOptions): Promise<ArtifactBytes> {
  const s3 = await import('@aws-sdk/client-s3')
  const client = new s3.S3Client(clientConfig(options))
  await requireRegion(client.config.region)
  const { bucket: Bucket, prefix } = options

  return {
    async write(key, bytes) {
      const put = new s3.PutObjectCommand({ Bucket, Key: keyOf(key), Body: bytes })
      await orUnavailable('written', client.send(put))
    },
    async open(key) {
      const Key = keyOf(key)
      const first = await readPiece(Key, 0)
      return first && streamOf(piecesFrom(Key, first))
    },
    async read(key) {
      const Key = keyOf(key)
      try {
        return await bytesOf(await client.send(new s3.GetObjectCommand({ Bucket, Key })))
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return undefined
        throw unavailable('read', error)
      }
    },
    async remove(key) {
      const Key = keyOf(key)
      try {
        await client.send(new s3.DeleteObjectCommand({ Bucket, Key }))
      } catch (error) {
        // Some makers of S3 say so.
        if (!isNamed(error, 'NoSuchKey')) throw unavailable('removed', error)
      }
    },
    async removeSession(sessionId) {
      await orUnavailable('removed', removeAll(folderOf(sessionId)))
    },
    async close() {
      client.destroy()
    },
  }

  function keyOf({ sessionId, id }: ArtifactKey): string {
    return folderOf(sessionId) + safeName(id)
  }

  /** With its slash: the keys of one session begin like those of no other. */
  function folderOf(sessionId: string): string {
    return `${prefix === '' ? '' : `${prefix}/`}${safeName(sessionId)}/`
  }

  async function* piecesFrom(Key: string, first: Piece) {
    yield first.bytes
    for (let from = first.bytes.byteLength; from < first.total; ) {
      const piece = await readPiece(Key, from)
      if (piece === undefined || piece.bytes.byteLength === 0) throw removedMeanwhile()
      yield piece.bytes
      from += piece.bytes.byteLength
    }
  }

  async function readPiece(Key: string, from: number): Promise<Piece | undefined> {
    const Range = `bytes=${from}-${from + PIECE_BYTES - 1}`
    try {
      return await toPiece(await client.send(new s3.GetObjectCommand({ Bucket, Key, Range })))
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) return undefined
      // An empty object has no first byte.
      if (isNamed(error, 'InvalidRange')) return { bytes: new Uint8Array(), total: 0 }
      throw unavailable('read', error)
    }
  }

  async function removeAll(Prefix: string): Promise<void> {
    const pages = s3.paginateListObjectsV2({ client }, { Bucket, Prefix })
    for await (const { Contents = [] } of pages) {
      if (Contents.length === 0) continue
      const Delete = { Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true }
      // The one checksum of a request to delete many that every maker of S3 knows.
      const ChecksumAlgorithm = s3.ChecksumAlgorithm.MD5
      const remove = new s3.DeleteObjectsCommand({ Bucket, Delete, ChecksumAlgorithm })
      const { Errors: [refused] = [] } = await client.send(remove)
      if (refused !== undefined) throw new Error(`${refused.Key}: ${refused.Code}`)
    }
  }
}

function clientConfig(options: S3BytesOptions): S3ClientConfig {
  const { endpoint, region, pathStyle, connectTimeoutMs = 3_000, idleTimeoutMs = 10_000 } = options
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    forcePathStyle: pathStyle,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    // Other makers of S3 refuse, or do not know, the checksums that the SDK adds by itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: idleTimeoutMs,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  }
}

async function requireRegion(region: () => Promise<string>): Promise<void> {
  try {
    await region()
  } catch (cause) {
    const allowed = 'add ?region=… to it, or set AWS_REGION'
    throw new ConfigError(`ARTIFACTS_URL names no region: ${allowed}`, { cause })
  }
}

async function toPiece(answer: GetObjectCommandOutput): Promise<Piece> {
  const bytes = await bytesOf(answer)
  const [, total] = /\/(\d+)$/.exec(answer.ContentRange ?? '') ?? []
  // Without a range it is the whole.
  return { bytes, total: total === undefined ? bytes.byteLength : Number(total) }
}

async function bytesOf({ Body }: GetObjectCommandOutput): Promise<Uint8Array> {
  return Body === undefined ? new Uint8Array() : Body.transformToByteArray()
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}
