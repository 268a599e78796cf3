/** A UUID as four 32-bit integers instead of a string of 36 characters: 16 bytes instead of 56. */

/** The value of a hexadecimal digit, of either case, by its character code. */
const nibble = (code: number): number => (code & 15) + (code >> 6) * 9

/** Four digits. */
const quad = (text: string, at: number): number =>
  (nibble(text.charCodeAt(at)) << 12) |
  (nibble(text.charCodeAt(at + 1)) << 8) |
  (nibble(text.charCodeAt(at + 2)) << 4) |
  nibble(text.charCodeAt(at + 3))

/** Writes a UUID to four places of an array. */
export const write = (uuid: string, into: Int32Array, offset: number): void => {
  into[offset] = (quad(uuid, 0) << 16) | quad(uuid, 4)
  into[offset + 1] = (quad(uuid, 9) << 16) | quad(uuid, 14)
  into[offset + 2] = (quad(uuid, 19) << 16) | quad(uuid, 24)
  into[offset + 3] = (quad(uuid, 28) << 16) | quad(uuid, 32)
}

const pairs = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"))

const half = (bits: number): string => `${pairs[(bits >>> 8) & 255]}${pairs[bits & 255]}`

/** Reads the UUID from four places of an array, in lower case. */
export const read = (from: Int32Array, offset: number): string => {
  const a = from[offset] ?? 0
  const b = from[offset + 1] ?? 0
  const c = from[offset + 2] ?? 0
  const d = from[offset + 3] ?? 0
  return `${half(a >>> 16)}${half(a)}-${half(b >>> 16)}-${half(b)}-${half(c >>> 16)}-${half(c)}${half(d >>> 16)}${half(d)}`
}
