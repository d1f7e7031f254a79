import { countFrames, readFrameHeader } from '../../../../shared/utils/mp3-frames'

/** Samples of silence that LAME puts before the sound. */
export const ENCODER_DELAY = 576
/** And those that any decoder of layer III adds to them. */
export const DECODER_DELAY = 529

const ALL_FIELDS = 0x0F

/**
 * Puts the Info frame of a constant bitrate before an mp3 of LAME, as LAME's own writer does: number of frames and
 * bytes, a table for seeking, and the delay and padding that decoders cut off, so that the file plays exactly `samples`
 * samples. Layout: http://gabriel.mp3-tech.org/mp3infotag.html
 *
 * @throws RangeError when the bytes are not MPEG-1 layer III, or have fewer frames than the samples need
 */
export function addInfoTag(mp3: Uint8Array, samples: number): Uint8Array {
  const header = readFrameHeader(mp3)
  if (header?.mpeg !== 1) throw new RangeError('not an MPEG-1 layer III stream')
  const frames = countFrames(mp3)
  const padding = frames * header.samples - ENCODER_DELAY - samples
  if (padding < 0 || padding > 0xFFF) throw new RangeError(`${frames} frames cannot hold ${samples} samples`)

  const unpadded = mp3[2]! & ~0x02
  const length = Math.floor(144_000 * header.bitrate_kbps / header.sample_rate)
  const tagged = new Uint8Array(length + mp3.length)
  tagged.set([mp3[0]!, mp3[1]! | 0x01, unpadded, mp3[3]!])
  tagged.set(mp3, length)

  const start = 4 + header.side_info_bytes
  const view = new DataView(tagged.buffer)
  const text = (offset: number, value: string) => tagged.set(new TextEncoder().encode(value), start + offset)

  text(0, 'Info')
  view.setUint32(start + 4, ALL_FIELDS)
  view.setUint32(start + 8, frames)
  view.setUint32(start + 12, tagged.length)
  for (let percent = 0; percent < 100; percent++) tagged[start + 16 + percent] = Math.floor(percent * 256 / 100)
  // Field 5, the quality: 100 − 10 × V − q of LAME's defaults.
  view.setUint32(start + 116, 57)
  text(120, 'LAME3.100')
  // Revision 0 of the tag, method 1: constant bitrate. Low-pass and replay gain stay 0: unknown.
  tagged[start + 129] = 0x01
  tagged[start + 140] = Math.min(255, header.bitrate_kbps)
  tagged[start + 141] = ENCODER_DELAY >> 4
  tagged[start + 142] = (ENCODER_DELAY & 0x0F) << 4 | padding >> 8
  tagged[start + 143] = padding & 0xFF
  view.setUint16(start + 146, header.bitrate_kbps)
  view.setUint32(start + 148, tagged.length)
  view.setUint16(start + 152, crc16(mp3))
  view.setUint16(start + 154, crc16(tagged.subarray(0, start + 154)))
  return tagged
}

/** CRC-16 with the polynomial 0x8005, reflected: what LAME signs its tag with. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (let at = 0; at < bytes.length; at++) crc = CRC_TABLE[(crc ^ bytes[at]!) & 0xFF]! ^ crc >>> 8
  return crc
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xA001 : crc >>> 1
  return crc
})
