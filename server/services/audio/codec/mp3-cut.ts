import { isInfoFrame, readFrameHeader, type FrameHeader } from '../../../../shared/utils/mp3-frames'

/** Part of an mp3. */
export interface Mp3Cut {
  /** A copy of whole frames, some before the part begins: a frame may keep bits in those before it. */
  mp3: Uint8Array
  /** How many of the last samples that they decode to are the part. */
  samples: number
}

/** Frames that are decoded before the part, so that its first one has all of its bits: at most 511 bytes of them. */
const LEAD_FRAMES = 12

/**
 * Cuts a part out of an mp3 at its frames, without decoding it. What lies behind the end of the mp3 is left out.
 * @returns null when there is no frame there
 */
export function cutMp3(mp3: Uint8Array, from_ms: number, length_ms: number): Mp3Cut | null {
  const offsets: number[] = []
  let stream: FrameHeader | undefined
  let end = 0
  let last = Infinity
  for (let offset = 0; offset + 4 <= mp3.length && offsets.length <= last;) {
    const header = readFrameHeader(mp3, offset)
    const follows = header && offset + header.length_bytes <= mp3.length && (stream ? header.sample_rate === stream.sample_rate && header.mpeg === stream.mpeg : readFrameHeader(mp3, offset + header.length_bytes))
    if (!header || !follows) {
      offset++
      continue
    }
    if (!stream && isInfoFrame(mp3, offset + 4 + header.side_info_bytes)) {
      offset += header.length_bytes
      continue
    }
    stream ??= header
    last = Math.ceil((from_ms + length_ms) * stream.sample_rate / 1000 / stream.samples)
    offsets.push(offset)
    offset += header.length_bytes
    end = offset
  }
  if (!stream) return null
  const frame_ms = stream.samples * 1000 / stream.sample_rate
  const first = Math.floor(from_ms / frame_ms)
  const frames = Math.min(offsets.length, last) - first
  if (frames <= 0) return null
  return {
    mp3: mp3.slice(offsets[Math.max(0, first - LEAD_FRAMES)], offsets[first + frames] ?? end),
    samples: Math.round((frames * frame_ms - (from_ms - first * frame_ms)) * stream.sample_rate / 1000),
  }
}
