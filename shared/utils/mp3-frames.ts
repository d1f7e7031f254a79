/** What the header of a layer III frame says (ISO 11172-3 for MPEG 1, 13818-3 for 2, and the unwritten 2.5). */
export interface FrameHeader {
  mpeg: 1 | 2 | 2.5
  bitrate_kbps: number
  sample_rate: number
  channels: 1 | 2
  /** Samples of each channel. */
  samples: number
  side_info_bytes: number
  /** Of the whole frame, header and padding included. */
  length_bytes: number
}

export interface Mp3Scan {
  frames: number
  duration_s: number
  /** False when the file ends inside its last frame. */
  complete: boolean
}

/** By the two version bits; 1 is reserved. */
const VERSIONS = [2.5, undefined, 2, 1] as const
const KBITS_MPEG1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const KBITS_MPEG2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const SAMPLE_RATES = [44_100, 48_000, 32_000]
const LAYER_3 = 1
const MONO = 3
/** Random bytes look like one frame often, like three in a row never. */
const FEWEST_FRAMES = 3

/** Reads the header at `offset`; undefined when there is none of layer III. */
export function readFrameHeader(mp3: Uint8Array, offset = 0): FrameHeader | undefined {
  if (offset + 4 > mp3.length || mp3[offset] !== 0xFF) return undefined
  const second = mp3[offset + 1]!
  const third = mp3[offset + 2]!
  if ((second & 0xE0) !== 0xE0 || (second >> 1 & 3) !== LAYER_3) return undefined
  const mpeg = VERSIONS[second >> 3 & 3]
  const bitrate_kbps = (mpeg === 1 ? KBITS_MPEG1 : KBITS_MPEG2)[third >> 4]
  const base_rate = SAMPLE_RATES[third >> 2 & 3]
  if (!mpeg || !bitrate_kbps || !base_rate) return undefined
  const sample_rate = base_rate / (mpeg === 2.5 ? 4 : mpeg)
  const samples = mpeg === 1 ? 1152 : 576
  const channels = mp3[offset + 3]! >> 6 === MONO ? 1 : 2
  return {
    mpeg,
    bitrate_kbps,
    sample_rate,
    channels,
    samples,
    side_info_bytes: mpeg === 1 ? (channels === 1 ? 17 : 32) : (channels === 1 ? 9 : 17),
    length_bytes: Math.floor(samples / 8 * bitrate_kbps * 1000 / sample_rate) + (third >> 1 & 1),
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

/**
 * How long an mp3 file really is, by walking its frames without decoding. Null when the bytes are no mp3. Tags, a
 * leading Info frame and stray bytes between frames do not count.
 */
export function scanMp3(bytes: Uint8Array): Mp3Scan | null {
  let offset = skipId3(bytes)
  let stream: FrameHeader | undefined
  let frames = 0
  let complete = true
  while (offset + 4 <= bytes.length) {
    const header = readFrameHeader(bytes, offset)
    if (!header || (stream && !isSameStream(header, stream))) {
      offset++
      continue
    }
    if (!stream) {
      const next = readFrameHeader(bytes, offset + header.length_bytes)
      if (!next || !isSameStream(next, header)) {
        offset++
        continue
      }
      stream = header
      if (isInfoFrame(bytes, offset + 4 + header.side_info_bytes)) {
        offset += header.length_bytes
        continue
      }
    }
    complete = offset + header.length_bytes <= bytes.length
    if (complete) frames++
    offset += header.length_bytes
  }
  if (!stream || frames < FEWEST_FRAMES) return null
  return { frames, duration_s: frames * stream.samples / stream.sample_rate, complete }
}

/** Version and sample rate are the same in every frame of one stream; the bitrate need not be. */
const isSameStream = (a: FrameHeader, b: FrameHeader) => a.mpeg === b.mpeg && a.sample_rate === b.sample_rate

function skipId3(bytes: Uint8Array): number {
  if (latin1(bytes, 0, 3) !== 'ID3' || bytes.length < 10) return 0
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(6, 10)
  return 10 + (a << 21 | b << 14 | c << 7 | d)
}

/** Whether a frame whose side information ends at `offset` says something about the file instead of holding sound. */
export function isInfoFrame(bytes: Uint8Array, offset: number): boolean {
  return ['Xing', 'Info'].includes(latin1(bytes, offset, 4))
}

function latin1(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}
