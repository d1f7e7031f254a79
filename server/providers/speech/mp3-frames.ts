export interface Mp3Scan {
  frames: number
  duration_s: number
  /** False when the file ends inside its last frame. */
  complete: boolean
}

interface FrameHeader {
  bytes: number
  samples: number
  sample_rate: number
  /** Version, layer and sample rate: the same in every frame of one stream. */
  stream: number
  side_info_bytes: number
}

const KBITS_MPEG1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const KBITS_MPEG2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const SAMPLE_RATES = [44_100, 48_000, 32_000]
/** Random bytes look like one frame often, like three in a row never. */
const FEWEST_FRAMES = 3

/**
 * How long an mp3 file really is, by walking its layer III frames (ISO 11172-3, 13818-3) without decoding. Null when
 * the bytes are no mp3. Tags, a leading Info frame and stray bytes between frames do not count.
 */
export function scanMp3(bytes: Uint8Array): Mp3Scan | null {
  let offset = skipId3(bytes)
  let stream: number | undefined
  let frames = 0
  let samples = 0
  let sample_rate = 0
  let complete = true
  while (offset + 4 <= bytes.length) {
    const header = readHeader(bytes, offset)
    if (!header || (stream !== undefined && header.stream !== stream)) {
      offset++
      continue
    }
    if (stream === undefined) {
      const next = readHeader(bytes, offset + header.bytes)
      if (next?.stream !== header.stream) {
        offset++
        continue
      }
      stream = header.stream
      sample_rate = header.sample_rate
      if (isInfoFrame(bytes, offset + 4 + header.side_info_bytes)) {
        offset += header.bytes
        continue
      }
    }
    complete = offset + header.bytes <= bytes.length
    if (complete) {
      frames++
      samples += header.samples
    }
    offset += header.bytes
  }
  return frames >= FEWEST_FRAMES ? { frames, duration_s: samples / sample_rate, complete } : null
}

function readHeader(bytes: Uint8Array, offset: number): FrameHeader | undefined {
  const [sync = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(offset, offset + 4)
  if (sync !== 0xFF || (second & 0xE0) !== 0xE0) return undefined
  const version = (second >> 3) & 3
  const isLayer3 = ((second >> 1) & 3) === 1
  const kbits = (version === 3 ? KBITS_MPEG1 : KBITS_MPEG2)[third >> 4]
  const base_rate = SAMPLE_RATES[(third >> 2) & 3]
  if (version === 1 || !isLayer3 || !kbits || !base_rate) return undefined
  const sample_rate = base_rate / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const samples = version === 3 ? 1152 : 576
  const padding = (third >> 1) & 1
  const isMono = fourth >> 6 === 3
  return {
    bytes: Math.floor(samples / 8 * kbits * 1000 / sample_rate) + padding,
    samples,
    sample_rate,
    stream: (second & 0x1E) << 2 | ((third >> 2) & 3),
    side_info_bytes: version === 3 ? (isMono ? 17 : 32) : (isMono ? 9 : 17),
  }
}

function skipId3(bytes: Uint8Array): number {
  if (latin1(bytes, 0, 3) !== 'ID3' || bytes.length < 10) return 0
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(6, 10)
  return 10 + (a << 21 | b << 14 | c << 7 | d)
}

function isInfoFrame(bytes: Uint8Array, offset: number): boolean {
  return ['Xing', 'Info'].includes(latin1(bytes, offset, 4))
}

function latin1(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}
