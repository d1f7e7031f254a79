import { pause } from './http'

/** The first 32 bits behind the point of the roots of the first 64 primes: cube roots for the rounds, square roots to begin with. */
const ROUNDS: number[] = []
const BEGIN: number[] = []
const fraction = (x: number) => (x - Math.floor(x)) * 4294967296 | 0
for (let n = 2; ROUNDS.length < 64; n++) {
  let prime = true
  for (let by = 2; by * by <= n; by++) if (n % by === 0) prime = false
  if (prime) {
    ROUNDS.push(fraction(Math.pow(n, 1 / 3)))
    BEGIN.push(fraction(Math.sqrt(n)))
  }
}
/** So many bytes at a time: a television hashes a few MB a second, and its timers must not wait for a whole file. */
const SLICE = 131_072

/**
 * SHA-256, by the browser where it may: there is no `crypto.subtle` on a plain http address.
 * @returns lower-case hexadecimal
 */
export function sha256(bytes: ArrayBuffer): Promise<string> {
  const subtle = typeof crypto === 'undefined' ? undefined : crypto.subtle
  return subtle ? subtle.digest('SHA-256', bytes).then(digest => hex(new DataView(digest))) : ownSha256(bytes)
}

/** The same without help, in slices that let other work through. */
export async function ownSha256(bytes: ArrayBuffer): Promise<string> {
  const length = bytes.byteLength
  const padded = new Uint8Array(Math.ceil((length + 9) / 64) * 64)
  padded.set(new Uint8Array(bytes))
  padded[length] = 128
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(length / 536_870_912))
  view.setUint32(padded.length - 4, length << 3)
  const hash = BEGIN.slice(0, 8)
  const words = new Int32Array(64)
  for (let at = 0; at < padded.length; at += 64) {
    if (at && at % SLICE === 0) await pause(0)
    let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const w = words[i - 15]!
      const v = words[i - 2]!
      words[i] = i < 16
        ? view.getInt32(at + i * 4)
        : words[i - 16]! + words[i - 7]! + (turn(w, 7) ^ turn(w, 18) ^ w >>> 3) + (turn(v, 17) ^ turn(v, 19) ^ v >>> 10)
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + ROUNDS[i]! + words[i]!
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c)
      h = g
      g = f
      f = e
      e = d + one | 0
      d = c
      c = b
      b = a
      a = one + two | 0
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => hash[i] = hash[i]! + value | 0)
  }
  hash.forEach((value, i) => view.setInt32(i * 4, value))
  return hex(view, 32)
}

const turn = (x: number, by: number) => x >>> by | x << 32 - by

function hex(view: DataView, length = view.byteLength): string {
  let text = ''
  for (let i = 0; i < length; i++) text += (view.getUint8(i) + 256).toString(16).slice(1)
  return text
}
