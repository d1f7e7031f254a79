import { encode } from 'uqr'

/** Quiet zone in modules: on a white card of its own two are enough. */
const BORDER = 2

/** A QR code as one SVG path: crisp at every size, and one element for the television to paint. */
export function qrCode(text: string): { size: number, path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: BORDER })
  let path = ''
  data.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) path += `M${x} ${y}h1v1h-1z`
  }))
  return { size, path }
}
