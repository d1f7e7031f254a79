import { describe, expect, it } from 'vitest'
import { countFrames, readFrameHeader, scanMp3 } from '../../../../shared/utils/mp3-frames'
import { speechLikeMp3 } from '../../../fixtures/speech-like-mp3'

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

describe('readFrameHeader', () => {
  // Lengths as the formula of the standards gives them: 144 (MPEG 1) or 72 (2 and 2.5) × bits per second / sample rate.
  it.each([
    ['MPEG 1, stereo', [0xFF, 0xFB, 0xB0, 0x00], { mpeg: 1, bitrate_kbps: 192, sample_rate: 44_100, channels: 2, samples: 1152, side_info_bytes: 32, length_bytes: 626 }],
    ['MPEG 1, mono, padded', [0xFF, 0xFB, 0x92, 0xC0], { mpeg: 1, bitrate_kbps: 128, sample_rate: 44_100, channels: 1, samples: 1152, side_info_bytes: 17, length_bytes: 418 }],
    ['MPEG 1, with a checksum', [0xFF, 0xFA, 0x94, 0x40], { mpeg: 1, bitrate_kbps: 128, sample_rate: 48_000, channels: 2, length_bytes: 384 }],
    ['MPEG 2, mono', [0xFF, 0xF3, 0x80, 0xC0], { mpeg: 2, bitrate_kbps: 64, sample_rate: 22_050, channels: 1, samples: 576, side_info_bytes: 9, length_bytes: 208 }],
    ['MPEG 2.5, stereo', [0xFF, 0xE3, 0x48, 0x00], { mpeg: 2.5, bitrate_kbps: 32, sample_rate: 8000, channels: 2, samples: 576, side_info_bytes: 17, length_bytes: 288 }],
  ])('reads %s', (_, bytes, expected) => {
    expect(readFrameHeader(Uint8Array.from(bytes))).toMatchObject(expected)
    expect(readFrameHeader(Uint8Array.from([1, 2, ...bytes]), 2)).toMatchObject(expected)
  })

  it.each([
    ['half a header', [0xFF, 0xFB]],
    ['no bitrate', [0xFF, 0xFB, 0xF0, 0]],
    ['a free bitrate', [0xFF, 0xFB, 0x00, 0]],
    ['no sample rate', [0xFF, 0xFB, 0x9C, 0]],
    ['the reserved version', [0xFF, 0xEB, 0x90, 0]],
    ['layer II', [0xFF, 0xFD, 0x90, 0]],
    ['half a sync mark', [0xFF, 0x1B, 0x90, 0]],
  ])('sees %s', (_, bytes) => {
    expect(readFrameHeader(Uint8Array.from(bytes))).toBeUndefined()
  })
})

describe('countFrames', () => {
  it('counts whole frames, and none where there is none', async () => {
    const mp3 = await speechLikeMp3(1)
    const frames = countFrames(mp3)
    expect(frames).toBeGreaterThan(30)
    expect(countFrames(mp3.subarray(0, mp3.length - 1))).toBe(frames - 1)
    expect(countFrames(new TextEncoder().encode('not an mp3'))).toBe(0)
  })
})

describe('scanMp3', () => {
  it.each([[1, 128], [4.5, 128], [4.5, 64], [2, 192]])('tells %f s at %i kbit/s within the encoder\'s padding', async (seconds, kbits) => {
    const scan = scanMp3(await speechLikeMp3(seconds, kbits))
    expect(scan?.complete).toBe(true)
    expect(scan?.duration_s).toBeGreaterThanOrEqual(seconds)
    expect(scan?.duration_s).toBeLessThan(seconds + 0.12)
  })

  it('skips a tag in front and one at the end', async () => {
    const mp3 = await speechLikeMp3(1)
    const id3 = new Uint8Array(10 + 300)
    id3.set([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 2, 44])
    const tag = new Uint8Array(128).fill(32)
    expect(scanMp3(joined(id3, mp3, tag))?.duration_s).toBe(scanMp3(mp3)?.duration_s)
  })

  it('does not count an Info frame', async () => {
    const mp3 = await speechLikeMp3(1)
    const info = mp3.slice(0, 417)
    info.fill(0, 4)
    info.set([...'Info'].map(letter => letter.charCodeAt(0)), 4 + 17)
    expect(scanMp3(joined(info, mp3))?.frames).toBe(scanMp3(mp3)?.frames)
  })

  it('tells half a file from a whole one', async () => {
    const mp3 = await speechLikeMp3(4)
    const half = scanMp3(mp3.subarray(0, mp3.length / 2 + 7))
    expect(half?.complete).toBe(false)
    expect(half?.duration_s).toBeCloseTo(2, 0)
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['a page', new TextEncoder().encode('<html><body>Bad gateway</body></html>'.repeat(100))],
    ['noise', Uint8Array.from({ length: 50_000 }, (_, i) => Math.imul(i + 7, 2_654_435_761) >>> 13)],
    ['bytes full of sync marks', new Uint8Array(5_000).fill(0xFF)],
    ['only a tag', Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0])],
  ])('takes %s for no mp3', (_, bytes) => {
    expect(scanMp3(bytes)).toBeNull()
  })
})
