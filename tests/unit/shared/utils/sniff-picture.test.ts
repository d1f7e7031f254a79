import { describe, expect, it } from 'vitest'
import { sniffPicture } from '../../../../shared/utils/sniff-picture'

/** 3 × 2 px. */
const PICTURES = {
  'image/png': 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGNkYPjPAAMscBYABMgBA1nRv/IAAAAASUVORK5CYII=',
} as const
const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))
const chunk = (name: string, ...bytes: number[]) => Uint8Array.from([...Buffer.from('RIFF\0\0\0\0WEBP'), ...Buffer.from(name), 0, 0, 0, 0, ...bytes])

describe('a picture', () => {
  it('is known by its content, with its size', () => {
    expect(sniffPicture(bytesOf(PICTURES['image/png']))).toEqual({ content_type: 'image/png', width: 3, height: 2 })
    // Start, an application segment of 4 bytes, a frame.
    expect(sniffPicture(Uint8Array.from([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC2, 0, 11, 8, 1, 0, 2, 0, 1]))).toEqual({ content_type: 'image/jpeg', width: 512, height: 256 })
    expect(sniffPicture(chunk('VP8 ', 0, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0x00))).toEqual({ content_type: 'image/webp', width: 320, height: 240 })
    expect(sniffPicture(chunk('VP8X', 0, 0, 0, 0, 0x3F, 0x01, 0, 0xEF, 0, 0))).toEqual({ content_type: 'image/webp', width: 320, height: 240 })
    expect(sniffPicture(chunk('VP8L', 0x2F, 0x3F, 0xC1, 0x3B, 0))).toEqual({ content_type: 'image/webp', width: 320, height: 240 })
  })

  it('is none when it is something else, has no size, or breaks off', () => {
    const png = bytesOf(PICTURES['image/png'])
    for (const bytes of [new Uint8Array(), Uint8Array.from(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), Uint8Array.from(Buffer.from('GIF89a')), png.subarray(0, 20), png.map((byte, at) => at >= 16 && at < 20 ? 0 : byte), Uint8Array.from([0xFF, 0xD8, 0xFF]), Uint8Array.from([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0])]) {
      expect(sniffPicture(bytes)).toBeNull()
    }
  })
})
