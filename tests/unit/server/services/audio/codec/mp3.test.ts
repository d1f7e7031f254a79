import { describe, expect, it, vi } from 'vitest'
import { addInfoTag, crc16, ENCODER_DELAY } from '../../../../../../server/services/audio/codec/info-tag'
import { decodeMp3 } from '../../../../../../server/services/audio/codec/mp3-decoder'
import { encodeMp3, type Bitrate } from '../../../../../../server/services/audio/codec/mp3-encoder'
import { integratedLoudness } from '../../../../../../shared/utils/loudness'
import { countFrames, readFrameHeader } from '../../../../../../shared/utils/mp3-frames'
import { decodeWithFfmpeg, hasFfmpeg } from '../../../../../fixtures/reference-meter'
import { concat, noise, tone } from '../../../../../fixtures/signals'

const RATE = 44_100
const sound = (samples: number) => tone({ hz: 440, dbfs: -12, seconds: samples / RATE, sample_rate: RATE })

describe('an mp3 of ours', () => {
  // Around the edges of frames, where delay and padding take every value that they can.
  const lengths = [1, 575, 576, 577, 1151, 1152, 1153, 30_000, 52_920, 52_921, 100_000]

  it.each(lengths)('decodes to exactly the %i samples that went in, in their place', async (samples) => {
    for (const channels of [[sound(samples)], [sound(samples), sound(samples)]]) {
      const mp3 = await encodeMp3(channels, RATE, channels.length === 1 ? 128 : 192)
      const { channels: [left], sample_rate, errors } = await decodeMp3(mp3)
      expect({ length: left!.length, sample_rate, errors }).toEqual({ length: samples, sample_rate: RATE, errors: 0 })
      if (hasFfmpeg) expect(await decodeWithFfmpeg(mp3)).toHaveLength(samples * channels.length)
    }
  })

  it('is where it was in time: an edge comes out at its sample', async () => {
    const at = 20_000
    const edge = concat(new Float32Array(at), noise(0.5, RATE, 0.5))
    const mp3 = await encodeMp3([edge], RATE, 320)
    const decoders = [(await decodeMp3(mp3)).channels[0]!, ...hasFfmpeg ? [await decodeWithFfmpeg(mp3)] : []]
    for (const decoded of decoders) {
      const offset = bestOffset(edge, decoded, at)
      expect(offset).toBe(0)
    }
  })

  it.each([96, 128, 160, 192, 224, 256, 320] as const)('is as loud at %i kbit/s as what went in', async (bitrate: Bitrate) => {
    const channels = [sound(3 * RATE)]
    const decoded = await decodeMp3(await encodeMp3(channels, RATE, bitrate))
    expect(Math.abs(integratedLoudness(decoded.channels.slice(0, 1), RATE) - integratedLoudness(channels, RATE))).toBeLessThan(0.03)
  })

  it('is the same each time, also after another', async () => {
    const first = await encodeMp3([sound(50_000)], RATE, 128)
    await encodeMp3([noise(1, RATE, 0.5), noise(1, RATE, 0.5, 2)], RATE, 192)
    expect(await encodeMp3([sound(50_000)], RATE, 128)).toEqual(first)
  })
})

describe('the Info frame', () => {
  it('says how many frames and bytes there are, the delay and the padding, and signs it', async () => {
    const samples = 52_920
    const mp3 = await encodeMp3([sound(samples)], RATE, 128)
    const header = readFrameHeader(mp3)!
    expect(header).toMatchObject({ bitrate_kbps: 128, sample_rate: RATE, channels: 1, length_bytes: 417 })

    const view = new DataView(mp3.buffer, mp3.byteOffset)
    const text = (offset: number, length: number) => new TextDecoder().decode(mp3.subarray(offset, offset + length))
    expect(text(21, 4)).toBe('Info')
    expect(text(141, 9)).toBe('LAME3.100')
    const frames = view.getUint32(29)
    expect(frames).toBe(countFrames(mp3) - 1)
    expect(view.getUint32(33)).toBe(mp3.length)
    const delay = mp3[162]! << 4 | mp3[163]! >> 4
    const padding = (mp3[163]! & 15) << 8 | mp3[164]!
    expect(delay).toBe(ENCODER_DELAY)
    expect(frames * header.samples - delay - padding).toBe(samples)
    expect(view.getUint16(173)).toBe(crc16(mp3.subarray(header.length_bytes)))
    expect(view.getUint16(175)).toBe(crc16(mp3.subarray(0, 175)))
  })

  it('is checked by CRC-16/ARC', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0xBB3D)
  })

  it('is refused to what is no mp3, and to more samples than there are frames for', async () => {
    expect(() => addInfoTag(new TextEncoder().encode('<html></html>'), 10)).toThrow(RangeError)
    const mp3 = await encodeMp3([sound(5000)], RATE, 128)
    expect(() => addInfoTag(mp3, 1_000_000)).toThrow(RangeError)
  })
})

describe('the decoder', () => {
  it('gives nothing for what is no mp3, and survives noise', async () => {
    expect((await decodeMp3(new Uint8Array(0))).channels[0] ?? []).toHaveLength(0)
    expect((await decodeMp3(new TextEncoder().encode('#EXTM3U'))).channels[0] ?? []).toHaveLength(0)
    const bytes = Uint8Array.from(noise(0.5, RATE, 1), value => 128 + 127 * value)
    expect((await decodeMp3(bytes)).errors).toBeGreaterThanOrEqual(0)
  })

  it('counts what is damaged, and writes nothing to the console', async () => {
    const console_error = vi.spyOn(console, 'error')
    const mp3 = await encodeMp3([noise(2, RATE, 0.5)], RATE, 128)
    mp3.fill(0x55, 10_000, 13_000)
    expect((await decodeMp3(mp3)).errors).toBeGreaterThan(0)
    expect(console_error).not.toHaveBeenCalled()
    console_error.mockRestore()
  })
})

/** The shift of `decoded` at which it fits best to what went in, around an edge. */
function bestOffset(original: Float32Array, decoded: Float32Array, at: number): number {
  const shifts = Array.from({ length: 101 }, (_, index) => index - 50)
  const fit = (shift: number) => {
    let sum = 0
    for (let index = at; index < at + 4000; index++) sum += original[index]! * (decoded[index + shift] ?? 0)
    return sum
  }
  return shifts.reduce((best, shift) => fit(shift) > fit(best) ? shift : best, 0)
}
