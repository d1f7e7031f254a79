import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sounder } from '../../../../player/core/audio'
import { createClock } from '../../../../player/core/clock'
import type { Files, LoadedFile } from '../../../../player/core/files'
import { createHearing } from '../../../../player/core/hearing'
import type { Spoken, Voice } from '../../../../player/core/voice'
import type { AirItem, ProgrammeItem, ProgrammeTrack } from '../../../../shared/protocol'
import { airItem } from '../../../fixtures/air-item'

/** What happened, in order. */
let events: string[]
let can: boolean
let decodes: boolean
let playing: ProgrammeTrack | null
/** How far the music is, ms. */
let position: number
let quietAt: number
let speak: () => Promise<Spoken>
let failed: boolean

const TRACK: ProgrammeTrack = { track_id: 't', url: 't', sha256: 't', duration_ms: 60_000, gain_db: 0 }
const TALK = { talk_over: { duck_db: -18, down_ms: 600, up_ms: 1_000 } }
const file: LoadedFile = { url: 'a', bytes: async () => new ArrayBuffer(1) }
const spoken = (about: Partial<Spoken> = {}) => ({ kind: 'ended', heard_ms: 3_000, level_db: -20, ...about }) as Spoken

function create() {
  const sounder = {
    fade: async () => undefined,
    stop: () => void events.push('element stopped'),
    positionMs: () => position,
    play: async () => {
      events.push('element')
      return { kind: 'ended', heard_ms: 2_000 }
    },
  } as unknown as Sounder
  const voice: Voice = {
    wake: async () => false,
    awake: () => true,
    keep: ready => void events.push(ready ? 'keep awake' : 'rest'),
    decode: async () => {
      events.push('decoded')
      if (!decodes) throw new Error('no mp3')
      return {} as AudioBuffer
    },
    speak: (_sound, volume) => {
      events.push(`voice ${volume}`)
      return speak()
    },
    stop: () => void events.push('voice stopped'),
    setVolume: volume => void events.push(`volume ${volume}`),
    positionMs: () => 0,
  }
  const music = {
    hush: async () => void events.push('hush'),
    duck: async (db: number, down: number, up: number) => void events.push(`duck ${db} ${down} ${up}`),
    fadeMs: () => 800,
    ducks: () => playing !== null,
    quietAt: () => quietAt,
    track: () => playing,
  }
  const talkOver = { ability: () => can ? 'works' as const : 'fails' as const, ready: () => can, due: () => false, fail: () => void (failed = true) }
  const files = { load: async () => file } as unknown as Files
  const hearing = createHearing({ clock: createClock(), files, sounder, music, voice, talkOver, volume: () => 0.8, measure: async () => null })
  hearing.setRules(TALK)
  return hearing
}
let hearing: ReturnType<typeof create>
const hear = (about: Partial<AirItem> = {}) => hearing.hear(airItem(about), file, () => false, () => undefined)

beforeEach(() => {
  vi.useFakeTimers()
  events = []
  can = decodes = true
  failed = false
  playing = TRACK
  position = 0
  quietAt = -Infinity
  speak = async () => {
    position += 3_000
    return spoken()
  }
  hearing = create()
})
afterEach(() => vi.useRealTimers())

describe('a message', () => {
  it('goes over the music, which makes room while it is decoded', async () => {
    await expect(hear()).resolves.toEqual(spoken())
    expect(events).toEqual(['duck -18 600 1000', 'decoded', 'voice 0.8'])
  })

  it.each<[string, Partial<AirItem>, () => void]>([
    ['there is no music', {}, () => void (playing = null)],
    ['the device cannot', {}, () => void (can = false)],
    ['it is not wanted', {}, () => hearing.setRules({ talk_over: null })],
    ['an older server says nothing of it', {}, () => hearing.setRules({})],
    ['it is longer than a minute', { duration_ms: 60_001 }, () => undefined],
    ['it never ends', { until_stopped: true }, () => undefined],
  ])('takes the place of the music where %s', async (_why, about, arrange) => {
    arrange()
    await hear(about)
    expect(events).toEqual(['hush', 'element'])
  })

  it('that cannot be decoded is heard by the element, and says nothing about the device', async () => {
    decodes = false
    await expect(hear()).resolves.toMatchObject({ kind: 'ended', heard_ms: 2_000 })
    expect([events.slice(-2), failed]).toEqual([['hush', 'element'], false])
  })

  it('that breaks off is heard by the element from its beginning, and the device has failed', async () => {
    speak = async () => spoken({ kind: 'failed', heard_ms: 700 } as Spoken)
    await expect(hear()).resolves.toMatchObject({ kind: 'ended', heard_ms: 2_000 })
    expect([events.slice(-3), failed]).toEqual([['voice 0.8', 'hush', 'element'], true])
  })

  it('that silences the music was heard, but the device has failed', async () => {
    speak = async () => spoken()
    await expect(hear()).resolves.toEqual(spoken())
    expect([events.at(-1), failed]).toEqual(['voice 0.8', true])
  })

  it('is broken off in the way in which it sounds', async () => {
    speak = () => new Promise(() => undefined)
    void hear()
    await vi.advanceTimersByTimeAsync(10)
    hearing.stop()
    hearing.setVolume()
    expect(events.slice(-2)).toEqual(['voice stopped', 'volume 0.8'])
  })
})

describe('before an occurrence', () => {
  const due = (inMs: number): ProgrammeItem => ({ ...airItem(), schedule_id: 's', due_at: new Date(Date.now() + inMs).toISOString(), grace_s: 60 })

  it('the way is made free in the time that takes, and a little before', () => {
    expect(hearing.leadMs(due(1_000))).toBe(750)
    hearing.setRules({ ...TALK, pre_silence_ms: 500 })
    expect(hearing.leadMs(due(1_000))).toBe(1_250)
    can = false
    expect(hearing.leadMs(due(1_000))).toBe(1_450)
    playing = null
    expect([hearing.leadMs(due(1_000)), hearing.leadMs(null)]).toEqual([0, 0])
  })

  it('by ducking, or by leaving the air', () => {
    hearing.makeWay(due(600))
    can = false
    hearing.makeWay(due(600))
    hearing.makeWay(null)
    expect(events).toEqual(['duck -18 600 1000', 'hush', 'hush'])
  })

  it('it is decoded once, and not long before', async () => {
    hearing.expect(due(60_000))
    const item = due(4_000)
    for (let i = 0; i < 3; i++) hearing.expect(item)
    await vi.advanceTimersByTimeAsync(0)
    await hearing.hear(item, file, () => false, () => undefined)
    expect(events.filter(event => event === 'decoded')).toHaveLength(1)
  })

  it('the voice is kept awake where it is wanted, and rests where not', () => {
    hearing.expect(null)
    hearing.setRules({ talk_over: null })
    hearing.expect(null)
    expect(events).toEqual(['keep awake', 'rest'])
  })

  it('the silence after the music is waited for, and ends when the message has to go', async () => {
    hearing.setRules({ ...TALK, pre_silence_ms: 5_000 })
    quietAt = performance.now()
    let gone = false
    const heard = hearing.hear(airItem(), file, () => gone, () => undefined)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(events).not.toContain('voice 0.8')
    gone = true
    hearing.stop()
    await expect(heard).resolves.toMatchObject({ kind: 'stopped', heard_ms: 0 })
    expect(events).not.toContain('voice 0.8')
  })
})
