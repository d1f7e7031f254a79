/** A picture that pages and televisions can show, as its own bytes say. */
export interface SniffedPicture {
  content_type: 'image/png' | 'image/jpeg' | 'image/webp'
  /** px. */
  width: number
  height: number
}

const PNG = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

/** What a file is by its content, whatever it is called; null: no PNG, JPEG or WebP, or one whose size cannot be read. */
export function sniffPicture(bytes: Uint8Array): SniffedPicture | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length))
  try {
    if (PNG.every((byte, at) => bytes[at] === byte)) return text(12, 4) === 'IHDR' ? sized('image/png', view.getUint32(16), view.getUint32(20)) : null
    if (bytes[0] === 0xFF && bytes[1] === 0xD8) return jpeg(view)
    if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return webp(view, text(12, 4))
    return null
  }
  catch (error) {
    // It ends before its size is told.
    if (error instanceof RangeError) return null
    throw error
  }
}

/** The size stands in the first frame header (SOF), after segments of any length. */
function jpeg(view: DataView): SniffedPicture | null {
  for (let at = 2; view.getUint8(at) === 0xFF;) {
    const marker = view.getUint8(at + 1)
    const is_frame = marker >= 0xC0 && marker <= 0xCF && ![0xC4, 0xC8, 0xCC].includes(marker)
    if (is_frame) return sized('image/jpeg', view.getUint16(at + 7), view.getUint16(at + 5))
    at += 2 + Math.max(2, view.getUint16(at + 2))
  }
  return null
}

/** WebP container: lossy, lossless, or extended. */
function webp(view: DataView, chunk: string): SniffedPicture | null {
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536
  if (chunk === 'VP8 ') return sized('image/webp', view.getUint16(26, true) & 0x3FFF, view.getUint16(28, true) & 0x3FFF)
  if (chunk === 'VP8X') return sized('image/webp', uint24(24) + 1, uint24(27) + 1)
  if (chunk !== 'VP8L' || view.getUint8(20) !== 0x2F) return null
  const bits = view.getUint32(21, true)
  return sized('image/webp', (bits & 0x3FFF) + 1, ((bits >>> 14) & 0x3FFF) + 1)
}

const sized = (content_type: SniffedPicture['content_type'], width: number, height: number) => width > 0 && height > 0 ? { content_type, width, height } : null
