/** What the header of an MPEG-1 layer III frame says. */
export interface FrameHeader {
  /** The four bytes themselves. */
  bytes: Uint8Array
  bitrate_kbps: number
  sample_rate: number
  channels: 1 | 2
  length_bytes: number
}

export const SAMPLES_PER_FRAME = 1152

const BITRATES_KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const SAMPLE_RATES = [44_100, 48_000, 32_000]
const MONO = 3

/** Reads the header at `offset`; undefined when there is none of MPEG-1 layer III. */
export function readFrameHeader(mp3: Uint8Array, offset = 0): FrameHeader | undefined {
  const bytes = mp3.slice(offset, offset + 4)
  if (bytes[0] !== 0xFF || (bytes[1]! & 0xFE) !== 0xFA) return undefined
  const bitrate_kbps = BITRATES_KBPS[bytes[2]! >> 4]
  const sample_rate = SAMPLE_RATES[(bytes[2]! >> 2) & 3]
  if (!bitrate_kbps || !sample_rate) return undefined
  const padding = (bytes[2]! >> 1) & 1
  return {
    bytes,
    bitrate_kbps,
    sample_rate,
    channels: bytes[3]! >> 6 === MONO ? 1 : 2,
    length_bytes: Math.floor(144_000 * bitrate_kbps / sample_rate) + padding,
  }
}

/** How many whole frames there are, one after another from the start. */
export function countFrames(mp3: Uint8Array): number {
  let frames = 0
  for (let offset = 0; ; frames++) {
    const header = readFrameHeader(mp3, offset)
    if (!header || offset + header.length_bytes > mp3.length) return frames
    offset += header.length_bytes
  }
}
