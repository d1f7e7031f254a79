import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSoundFile } from '../../../../../../server/services/audio/codec/sound-file'
import { createLeveller } from '../../../../../../server/services/audio/dsp/level'
import { peaksOf } from '../../../../../../server/services/audio/dsp/peaks'
import { MOST_SAMPLES_IN_MEMORY, slicesOf, soundOf, type Sound } from '../../../../../../server/services/audio/dsp/sound'
import { PeakEnvelope } from '../../../../../../shared/utils/true-peak'
import { firstDifference, noise } from '../../../../../fixtures/signals'

const RATE = 44_100
/** Longer than what is held in memory, and no whole number of any block. */
const FRAMES = MOST_SAMPLES_IN_MEMORY / 2 + 12_345

let dir: string
let channels: Float32Array[]
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-sound-'))
  const loud = noise(1, FRAMES, 0.9, 1)
  // Two minutes that come and go, so that some blocks are limited and others are not.
  for (let at = 0; at < FRAMES; at++) loud[at]! *= 0.15 + 0.85 * Math.abs(Math.sin(at / 90_000))
  channels = [loud, noise(1, FRAMES, 0.2, 2)]
})
afterAll(() => rm(dir, { recursive: true, force: true }))

function onDisk(): { sound: Sound, close: () => void } {
  const file = createSoundFile(join(dir, 'samples'), 2, FRAMES)
  for (const { at, channels: slice } of slicesOf(soundOf(channels), 50_000)) slice.forEach((samples, channel) => file.write(channel, at, samples))
  return file
}

describe('a sound that is too long for the memory', () => {
  it('is read from its file as it was written', () => {
    const { sound, close } = onDisk()
    expect(existsSync(join(dir, 'samples'))).toBe(true)
    for (const at of [0, 777, FRAMES - 5000]) sound.read(at, at + 5000).forEach((samples, channel) => expect(firstDifference(samples, channels[channel]!.subarray(at, at + 5000))).toBe(-1))
    expect(() => sound.read(FRAMES - 1, FRAMES + 1)).toThrow('ends before')
    close()
  })

  it('has the peaks that it has as a whole, also at a lower threshold than before', () => {
    const { sound, close } = onDisk()
    const above = peaksOf(sound)
    const whole = channels.map(channel => new PeakEnvelope(channel))
    for (const threshold of [0.9, 0.8, 0.3]) {
      const found = above(threshold)
      whole.forEach((envelope, channel) => {
        const expected = envelope.above(threshold)
        if (channel === 0) expect(expected.some(peak => peak > threshold)).toBe(true)
        expect(found[channel]!.findIndex((peak, block) => (expected[block]! > threshold || peak > threshold) && peak !== expected[block])).toBe(-1)
      })
    }
    close()
  })

  it('is levelled to the very samples', () => {
    const { sound, close } = onDisk()
    const target = { lufs: -9, ceiling_dbtp: -1.8, max_gain_db: 30 }
    const fromFile = createLeveller(sound, RATE).level(target)
    const fromMemory = createLeveller(soundOf(channels), RATE).level(target)
    expect(fromFile.limiting_db).toBeGreaterThan(1)
    expect([fromFile.gain_db, fromFile.lufs, fromFile.limiting_db]).toEqual([fromMemory.gain_db, fromMemory.lufs, fromMemory.limiting_db])
    // Slices that begin anywhere.
    for (const at of [0, 12_345, 1_000_001, FRAMES - 40_000]) {
      const expected = fromMemory.sound.read(at, at + 40_000)
      fromFile.sound.read(at, at + 40_000).forEach((samples, channel) => expect(firstDifference(samples, expected[channel]!)).toBe(-1))
    }
    close()
  })
})
