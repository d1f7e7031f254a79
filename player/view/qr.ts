import { encodeQr } from './qr-code'

/** Quiet zone in modules: on a white card of its own two are enough. */
const BORDER = 2

/** A QR code as one SVG path: crisp at every size, and one element for the television to paint. Null when the text is too long for one. */
export function qrCode(text: string): { size: number, path: string } | null {
  const modules = encodeQr(text)
  if (!modules) return null
  let path = ''
  modules.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) path += `M${x + BORDER} ${y + BORDER}h1v1h-1z`
  }))
  return { size: modules.length + 2 * BORDER, path }
}
