import type { AirItem, ProgrammeItem } from '../../shared/protocol'
import type { Outcome, Sounder } from './audio'
import type { Clock } from './clock'
import { beginsAt } from './contract'
import type { Settings } from './dayparts'
import { shareOf } from './dayparts'
import type { Files, LoadedFile } from './files'
import { pause, withLimit } from './http'
import type { LevelProfile } from './level'
import { LONGEST_MS, levelHeard } from './level'
import type { Music } from './music'
import type { TalkOver } from './talk-over'
import type { Spoken, Voice } from './voice'

export interface HearingOptions {
  clock: Clock
  files: Files
  sounder: Sounder
  music: Pick<Music, 'hush' | 'duck' | 'fadeMs' | 'ducks' | 'quietAt' | 'track'>
  voice: Voice
  talkOver: Pick<TalkOver, 'ability' | 'ready' | 'due' | 'fail'>
  /** The player's, 0..1; 0 when it is muted. */
  volume: () => number
  measure: (bytes: ArrayBuffer) => Promise<LevelProfile | null>
}

/** How a message sounds: over softer music where the device can, in place of it everywhere else. */
export type Hearing = ReturnType<typeof createHearing>

const METER_LIMIT_MS = 1_000
/** A message that has to go is faded so fast that it does not click. */
const BREAK_OFF_MS = 40
/** An occurrence is decoded this long before it is due. */
const DECODE_AHEAD_MS = 5_000
/** The music is out of the way a little early: a busy page fades more slowly, and its message is not to be late for that. */
const SPARE_MS = 150
/** For so long the music must have stood still under a message to be called stopped by it. */
const STOPPED_MS = 2_000

/** Sounds messages, one at a time. */
export function createHearing({ clock, files, sounder, music, voice, talkOver, volume, measure }: HearingOptions) {
  let settings: Partial<Settings> = {}
  /** Decoded before its time. */
  let ahead: { play_id: string, sound: Promise<AudioBuffer> } | null = null
  let breakOff: () => void = () => undefined
  let share = 1
  let position: () => number = () => 0

  const loudness = () => volume() * share
  const silence = (item: AirItem) => item.priority === 'emergency' ? 0 : settings.pre_silence_ms || 0

  /** Whether a message may go over music; one that never ends had better have the air to itself. */
  function goesOver(item: AirItem): boolean {
    return !!settings.talk_over && !item.until_stopped && item.duration_ms <= LONGEST_MS && music.ducks() && talkOver.ready()
  }

  function duck() {
    const { duck_db = -18, down_ms = 600, up_ms = 1_000 } = settings.talk_over || {}
    return music.duck(duck_db, down_ms, up_ms)
  }

  function decoded(item: AirItem): Promise<AudioBuffer> {
    if (!ahead || ahead.play_id !== item.play_id) {
      const sound = files.load(item).then(file => file.bytes()).then(voice.decode)
      sound.catch(() => undefined)
      ahead = { play_id: item.play_id, sound }
    }
    return ahead.sound
  }

  /** Waits for the silence between music and message, or until it is broken off. */
  function breathe(item: AirItem): Promise<void> {
    const left = music.quietAt() + silence(item) - clock.mono()
    return left > 0 ? Promise.race([pause(left), new Promise<void>(resolve => breakOff = resolve)]) : Promise.resolve()
  }

  /** Null where it has to be heard the other way, from its beginning. */
  async function over(item: AirItem, gone: () => boolean, onStarted: (positionMs: number) => void): Promise<Spoken | null> {
    // a file that cannot be decoded says nothing about the device
    const [sound] = await Promise.all([decoded(item).catch(() => null), duck()])
    ahead = null
    if (!sound) return null
    await breathe(item)
    if (gone()) return { kind: 'stopped', heard_ms: 0, level_db: null }
    const [track, at] = [music.track(), sounder.positionMs()]
    breakOff = voice.stop
    position = voice.positionMs
    const spoken: Spoken | null = talkOver.ready() || await voice.wake() ? await voice.speak(sound, loudness(), onStarted) : null
    const works = !!spoken && spoken.kind !== 'failed'
    // what silences the music is no talking over it
    const silenced = works && 'heard_ms' in spoken && spoken.heard_ms >= STOPPED_MS && !!track && music.track() === track && sounder.positionMs() === at
    if (!works || silenced) talkOver.fail()
    return works ? spoken : null
  }

  async function alone(item: AirItem, { url }: LoadedFile, gone: () => boolean, onStarted: (positionMs: number) => void): Promise<Outcome> {
    await music.hush()
    await breathe(item)
    if (gone()) return { kind: 'stopped', heard_ms: 0 }
    breakOff = () => sounder.stop(BREAK_OFF_MS)
    position = sounder.positionMs
    void sounder.fade(1, 0)
    return sounder.play(url, onStarted, { from_ms: 0, gain_db: 20 * Math.log(share) / Math.LN10 })
  }

  return {
    setRules(given: Partial<Settings>) {
      settings = given
    },
    /** What a message would be heard with now, 0..1. */
    volume: (item: AirItem) => volume() * shareOf(item, settings.dayparts, clock.now()),
    /**
     * Sounds a message once.
     * @param gone whether it has to go, and may not begin any more
     */
    async hear(item: AirItem, file: LoadedFile, gone: () => boolean, onStarted: (positionMs: number) => void): Promise<Spoken> {
      share = shareOf(item, settings.dayparts, clock.now())
      let profile: Promise<LevelProfile | null> = Promise.resolve(null)
      const spoken = goesOver(item) ? await over(item, gone, onStarted) : null
      const outcome = spoken || await alone(item, file, gone, (positionMs) => {
        if (item.duration_ms <= LONGEST_MS) profile = file.bytes().then(measure).catch(() => null)
        onStarted(positionMs)
      })
      breakOff = () => undefined
      position = () => 0
      if (spoken) return spoken
      const broken = new Promise<null>(resolve => breakOff = () => resolve(null))
      const measured = await Promise.race([withLimit(profile, METER_LIMIT_MS, 'meter').catch(() => null), broken])
      return Object.assign({ level_db: measured && 'heard_ms' in outcome ? levelHeard(measured, outcome.heard_ms, loudness()) : null }, outcome)
    },
    /** Breaks off what sounds. */
    stop: () => breakOff(),
    positionMs: () => position(),
    /** How long before its instant the way has to be made free for a message, ms. */
    leadMs(item: AirItem | null): number {
      if (!item || !music.track()) return 0
      const { down_ms = 600 } = settings.talk_over || {}
      return (goesOver(item) ? down_ms : music.fadeMs()) + silence(item) + SPARE_MS
    },
    makeWay(item: AirItem | null) {
      void (item && goesOver(item) ? duck() : music.hush())
    },
    /** To be called once a second, with what is due next: it is decoded in time. */
    expect(item: ProgrammeItem | null) {
      voice.keep(talkOver.due() || (!!settings.talk_over && talkOver.ability() === 'works'))
      if (item && Date.parse(beginsAt(item)) - clock.now() < DECODE_AHEAD_MS && goesOver(item)) void decoded(item)
    },
    setVolume: () => voice.setVolume(loudness()),
  }
}
