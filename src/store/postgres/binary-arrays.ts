/*
 * Arrays as Postgres takes them in its binary format. As text they would be escaped here and parsed
 * there, which for the bodies of events costs more than storing them.
 * Source: array_recv in Postgres' src/backend/utils/adt/arrayfuncs.c
 */

const TEXT_OID = 25
const INT8_OID = 20
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const NULL_LENGTH = -1

/** A `text[]`; strings must not hold NUL, which Postgres refuses. */
export function textArray(values: readonly (string | null)[]): Buffer {
  let bytes = HEADER_BYTES
  // Three bytes are the most that UTF-8 needs for one UTF-16 unit.
  for (const value of values) bytes += LENGTH_BYTES + (value?.length ?? 0) * 3
  const buffer = Buffer.allocUnsafe(bytes)
  let offset = writeHeader(buffer, TEXT_OID, values.length)
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(NULL_LENGTH, offset)
      continue
    }
    const length = buffer.write(value, offset + LENGTH_BYTES)
    buffer.writeInt32BE(length, offset)
    offset += LENGTH_BYTES + length
  }
  return buffer.subarray(0, offset)
}

/** A `bigint[]` of safe integers. */
export function bigintArray(values: readonly (number | null)[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * (LENGTH_BYTES + 8))
  let offset = writeHeader(buffer, INT8_OID, values.length)
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(NULL_LENGTH, offset)
      continue
    }
    offset = buffer.writeInt32BE(8, offset)
    const high = Math.floor(value / 2 ** 32)
    offset = buffer.writeInt32BE(high, offset)
    offset = buffer.writeUInt32BE(value - high * 2 ** 32, offset)
  }
  return buffer.subarray(0, offset)
}

/** One dimension that counts from 1; the flag says that there may be nulls. */
function writeHeader(buffer: Buffer, elementOid: number, length: number): number {
  let offset = buffer.writeInt32BE(1, 0)
  offset = buffer.writeInt32BE(1, offset)
  offset = buffer.writeInt32BE(elementOid, offset)
  offset = buffer.writeInt32BE(length, offset)
  return buffer.writeInt32BE(1, offset)
}
