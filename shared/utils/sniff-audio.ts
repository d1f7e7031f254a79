import { readFrameHeader } from './mp3-frames'

/** What holds sound, as its first bytes tell: names and content types are whatever somebody wrote. */
export type AudioContainer = 'mp3' | 'wav' | 'w64' | 'flac' | 'ogg' | 'mp4' | 'matroska' | 'aiff' | 'asf' | 'aac' | 'amr' | 'caf'

/** So many bytes of a file are enough for {@link sniffAudio}. */
export const SNIFFED_BYTES = 65_536

/** Names that files of these kinds usually have. */
export const AUDIO_EXTENSIONS: Record<AudioContainer, readonly string[]> = {
  mp3: ['mp3'],
  wav: ['wav'],
  w64: ['w64'],
  flac: ['flac'],
  ogg: ['ogg', 'oga', 'opus'],
  mp4: ['m4a', 'mp4', 'mov', '3gp'],
  matroska: ['webm', 'mkv', 'mka'],
  aiff: ['aiff', 'aif'],
  asf: ['wma', 'wmv'],
  aac: ['aac'],
  amr: ['amr'],
  caf: ['caf'],
}

const ASF = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]
const EBML = [0x1A, 0x45, 0xDF, 0xA3]
const W64 = [0x72, 0x69, 0x66, 0x66, 0x2E, 0x91, 0xCF, 0x11]

/**
 * What kind of sound a file begins as; null when it is none that we take. Playlists, archives, pictures and text are
 * none, whatever they are called.
 * @param head the first bytes, `SNIFFED_BYTES` or all of a shorter file
 */
export function sniffAudio(head: Uint8Array): AudioContainer | null {
  const word = (at: number, length = 4) => String.fromCharCode(...head.subarray(at, at + length))
  const begins = (bytes: readonly number[]) => bytes.every((byte, at) => head[at] === byte)
  const first = word(0)
  if (first === 'RIFF' || first === 'RF64') return word(8) === 'WAVE' ? 'wav' : null
  if (first === 'FORM') return ['AIFF', 'AIFC'].includes(word(8)) ? 'aiff' : null
  if (first === 'fLaC') return 'flac'
  if (first === 'OggS') return 'ogg'
  if (first === 'caff') return 'caf'
  if (word(0, 5) === '#!AMR') return 'amr'
  if (word(4) === 'ftyp') return 'mp4'
  if (['moov', 'mdat', 'wide', 'free', 'skip'].includes(word(4)) && head[0] === 0) return 'mp4'
  if (begins(EBML)) return 'matroska'
  if (begins(ASF)) return 'asf'
  if (begins(W64)) return 'w64'
  return sniffFrames(head)
}

/** An mp3 or bare AAC has no header of its own: several frames in a row, behind an ID3 tag if there is one. */
function sniffFrames(head: Uint8Array): 'mp3' | 'aac' | 'flac' | null {
  const start = id3Length(head)
  // A tag with a picture in it is longer than what we see: the decoder finds out.
  if (start >= head.length - 4) return start > 0 && start > head.length - 4 && head.length >= SNIFFED_BYTES ? 'mp3' : null
  if (start > 0 && String.fromCharCode(...head.subarray(start, start + 4)) === 'fLaC') return 'flac'
  // Cut mid-frame: the first whole frame may come a little later, but never behind something that is no sound.
  const search = Math.min(head.length - 4, start + (start > 0 || head[0] === 0xFF || head[0] === 0 ? 4096 : 2048))
  for (let at = start; at < search; at++) {
    if (head[at] !== 0xFF) continue
    if (framesFrom(head, at, mp3Length) >= 3) return 'mp3'
    if (framesFrom(head, at, adtsLength) >= 3) return 'aac'
  }
  return null
}

/** Whole length of an ID3v2 tag at the start, 0 for none. */
function id3Length(head: Uint8Array): number {
  if (head[0] !== 0x49 || head[1] !== 0x44 || head[2] !== 0x33 || head.length < 10) return 0
  const size = head.subarray(6, 10).reduce((sum, byte) => sum << 7 | (byte & 0x7F), 0)
  return 10 + size + (head[5]! & 0x10 ? 10 : 0)
}

/** How many frames follow one another from `at`; one that reaches beyond what we see counts as one more. */
function framesFrom(head: Uint8Array, at: number, lengthAt: (head: Uint8Array, at: number) => number): number {
  let frames = 0
  while (frames < 4) {
    const length = lengthAt(head, at)
    if (!length) return at >= head.length - 6 ? frames : frames === 0 ? 0 : frames - 1
    frames++
    at += length
  }
  return frames
}

function mp3Length(head: Uint8Array, at: number): number {
  return readFrameHeader(head, at)?.length_bytes ?? 0
}

/** Length of an ADTS frame: 13 bits over three bytes of its header. */
function adtsLength(head: Uint8Array, at: number): number {
  if (head[at] !== 0xFF || (head[at + 1]! & 0xF6) !== 0xF0 || (head[at + 2]! >> 2 & 15) > 12) return 0
  const length = (head[at + 3]! & 3) << 11 | head[at + 4]! << 3 | head[at + 5]! >> 5
  return length >= 7 ? length : 0
}
