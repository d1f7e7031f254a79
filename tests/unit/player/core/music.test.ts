import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSounder } from '../../../../player/core/audio'
import type { Files } from '../../../../player/core/files'
import type { Keep } from '../../../../player/core/keep'
import { memoryKeep } from '../../../../player/core/keep'
import type { Music } from '../../../../player/core/music'
import { createMusic } from '../../../../player/core/music'
import type { Programme, ProgrammeTrack } from '../../../../shared/protocol'
import { FakeAudio } from '../../../fixtures/fake-audio'

let element: FakeAudio
let keep: Keep
let busy: boolean
let missing: Set<string>
let music: Music
let sounder: ReturnType<typeof createSounder>

const track = (name: string, gain_db = 0): ProgrammeTrack => ({ track_id: name, url: name, sha256: name, duration_ms: 60_000, gain_db })
const LIST = [track('a'), track('b', -6), track('c')]
const settings = (how: object): Programme['settings'] => ({ wall_clock: { utc_offset_minutes: 0, changes_at: null, next_utc_offset_minutes: null }, music: how })
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const begun = () => element.begun.map(({ name }) => name)

function boot() {
  element = new FakeAudio()
  sounder = createSounder(element as unknown as HTMLAudioElement, { silence: 'silence#1000', onLock: () => undefined })
  const files = {
    ready: (sha: string) => !missing.has(sha),
    load: async (sound: { sha256: string }) => ({ url: `${sound.sha256}#60000`, bytes: async () => new ArrayBuffer(0) }),
    release: () => undefined,
  } as unknown as Files
  music = createMusic({ keep, files, sounder, busy: () => busy, onChange: () => undefined })
}

beforeEach(() => {
  vi.useFakeTimers()
  keep = memoryKeep()
  busy = false
  missing = new Set()
  boot()
  music.set(LIST, undefined)
})
afterEach(() => vi.useRealTimers())

describe('background music', () => {
  it('plays the list in its order, round and round', async () => {
    music.look()
    await pass(200_000)
    expect(begun()).toEqual(['a', 'b', 'c', 'a'])
    expect(music.track()!.track_id).toBe('a')
  })

  it('leaves out what is not on the device', async () => {
    missing.add('b')
    music.look()
    await pass(70_000)
    expect(begun()).toEqual(['a', 'c'])
  })

  it('comes in softly, at its own gain under the volume of the set', async () => {
    sounder.setVolume(0.5)
    music.look()
    await pass(400)
    expect(element.volume).toBeLessThan(0.4)
    await pass(2_000)
    expect(element.volume).toBeCloseTo(0.5)
    await pass(60_000)
    expect(element.volume).toBeCloseTo(0.5 * Math.pow(10, -6 / 20))
  })

  it('fades out for an announcement, keeps its place and goes on there', async () => {
    music.look()
    await pass(10_000)
    busy = true
    let free = false
    void music.hush().then(() => free = true)
    await pass(400)
    expect([free, element.volume < 0.7, element.volume > 0.2]).toEqual([false, true, true])
    await pass(500)
    expect([free, element.volume, music.track()]).toEqual([true, 1, null])
    await pass(5_000)
    busy = false
    music.look()
    await pass(500)
    expect(element.currentTime).toBeGreaterThan(10)
    expect(element.currentTime).toBeLessThan(12)
  })

  it('goes on with the next track where that is the setting', async () => {
    music.set(LIST, settings({ after: 'next', fade_ms: 200 }))
    music.look()
    await pass(10_000)
    busy = true
    await Promise.all([music.hush(), pass(300)])
    busy = false
    music.look()
    await pass(500)
    expect(begun()).toEqual(['a', 'b'])
    expect(element.currentTime).toBeLessThan(1)
  })

  it('begins with the track that played when the page ended', async () => {
    music.look()
    await pass(70_000)
    boot()
    await music.load()
    music.set(LIST, undefined)
    music.look()
    await pass(100)
    expect(begun()).toEqual(['b'])
  })

  it('ends with its list', async () => {
    music.look()
    await pass(5_000)
    music.set([], undefined)
    await pass(2_000)
    expect(music.track()).toBeNull()
  })

  it('gives a track that stands still 12 s, then takes the next', async () => {
    music.look()
    await pass(5_000)
    element.frozen = true
    await pass(13_000)
    element.frozen = false
    music.look()
    await pass(1_000)
    expect(begun().at(-1)).toBe('b')
  })
})

describe('under an announcement that comes another way', () => {
  const level = () => 20 * Math.log10(element.volume)

  it('makes room evenly in dB, and comes back when nothing else airs', async () => {
    music.look()
    await pass(10_000)
    busy = true
    let there = false
    void music.duck(-18, 600, 1_000).then(() => there = true)
    const steps: number[] = []
    for (let i = 0; i < 30; i++) {
      const before = level()
      await pass(20)
      steps.push(before - level())
    }
    expect(Math.max(...steps)).toBeLessThan(0.7)
    expect(level()).toBeCloseTo(-18)
    expect([there, music.track()!.track_id]).toEqual([true, 'a'])
    music.look()
    await pass(5_000)
    expect(level()).toBeCloseTo(-18)
    busy = false
    music.look()
    await pass(500)
    expect(level()).toBeCloseTo(-9, 0)
    await pass(600)
    expect(level()).toBe(0)
    expect(element.begun).toHaveLength(1)
  })

  it('goes on with the next track, as softly', async () => {
    music.look()
    await pass(59_000)
    busy = true
    await Promise.all([music.duck(-18, 600, 1_000), pass(600)])
    await pass(3_000)
    expect(begun()).toEqual(['a', 'b'])
    expect(level()).toBeCloseTo(-24, 0)
  })

  it('leaves the air altogether when it has to, and what comes then is as loud as ever', async () => {
    music.look()
    await pass(10_000)
    busy = true
    await Promise.all([music.duck(-18, 600, 1_000), pass(600)])
    await Promise.all([music.hush(), pass(900)])
    expect([music.track(), element.volume]).toEqual([null, 1])
  })

  it('says since when it has been out of the way', async () => {
    music.look()
    await pass(10_000)
    expect(music.quietAt()).toBe(-Infinity)
    busy = true
    await Promise.all([music.duck(-18, 600, 1_000), pass(700)])
    expect(performance.now() - music.quietAt()).toBeLessThan(200)
    await pass(3_000)
    await Promise.all([music.duck(-18, 600, 1_000), pass(700)])
    expect(performance.now() - music.quietAt()).toBeGreaterThan(3_000)
  })
})

describe('a track', () => {
  it('sounds between its cues', async () => {
    music.set([{ ...track('a'), cue_in_ms: 5_000, cue_out_ms: 20_000 }, track('b')], undefined)
    music.look()
    await pass(200)
    expect(element.currentTime).toBeGreaterThan(5)
    await pass(14_500)
    expect(begun()).toEqual(['a'])
    await pass(1_500)
    expect(begun()).toEqual(['a', 'b'])
  })

  it('that cannot be played is left out for a while, also when it is the only one', async () => {
    music.set([track('a')], undefined)
    element.play = () => Promise.reject(new Error('broken'))
    const src = vi.spyOn(element, 'src', 'set')
    for (let i = 0; i < 30; i++) {
      music.look()
      await pass(1_000)
    }
    expect(src).toHaveBeenCalledTimes(1)
    for (let i = 0; i < 35; i++) {
      music.look()
      await pass(1_000)
    }
    expect(src).toHaveBeenCalledTimes(2)
  })
})
