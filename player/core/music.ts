import type { Programme, ProgrammeTrack } from '../../shared/protocol'
import type { Sounder } from './audio'
import type { Files } from './files'
import type { Keep } from './keep'

export interface MusicOptions {
  keep: Keep
  files: Files
  sounder: Sounder
  /** Whether something else is on air or about to be, or nothing is to be heard at all. */
  busy: () => boolean
  onChange: () => void
}

export interface Music {
  /** The list, in its order, and what becomes of it after an announcement. */
  set: (list: ProgrammeTrack[], settings: Programme['settings']) => void
  /** Fades out and keeps the place. Resolves when the air is free. */
  hush: () => Promise<void>
  /** Goes on more softly by `db`. Resolves when it is there; it comes back, in `upMs`, when nothing else airs. */
  duck: (db: number, downMs: number, upMs: number) => Promise<void>
  /** Whether it could, now. */
  ducks: () => boolean
  /** Since when it has been out of the way, by the page's clock. */
  quietAt: () => number
  /** Goes on as soon as nothing else airs; to be called again and again. */
  look: () => void
  fadeMs: () => number
  /** What plays now. */
  track: () => ProgrammeTrack | null
  load: () => Promise<void>
}

const KEY = 'music'
const FADE_MS = 800
const LEFT_OUT_MS = 60_000

/** Plays the list of the programme in the background, round and round. */
export function createMusic({ keep, files, sounder, busy, onChange }: MusicOptions): Music {
  let list: ProgrammeTrack[] = []
  let fade = FADE_MS
  let resumes = true
  /** What plays, or what would. */
  let id: string | null = null
  let from = 0
  let playing: ProgrammeTrack | null = null
  let starting = false
  let hushed: Promise<void> | null = null
  /** How long the way back up takes, while it is under an announcement. */
  let up: number | null = null
  let quietAt = -Infinity
  /** What could not be played, and until when it is left out, by the page's clock. */
  const broken = new Map<string, number>()

  /** The next track on the device from the present one on; `skip` leaves that one out. */
  function choose(skip: number): ProgrammeTrack | null {
    const at = list.findIndex(track => track.track_id === id)
    for (let i = 0; i < list.length; i++) {
      const track = list[(Math.max(at, 0) + (at < 0 ? 0 : skip) + i) % list.length]!
      if (files.ready(track.sha256) && !(broken.get(track.sha256)! > performance.now())) return track
    }
    return null
  }

  /** Resolves with whether it was heard to its end. */
  async function play(track: ProgrammeTrack): Promise<boolean> {
    const { cue_in_ms = 0, cue_out_ms } = track
    if (id !== track.track_id) from = 0
    id = track.track_id
    keep.set(KEY, id).catch(() => undefined)
    const sound = { play_id: id, url: track.url, sha256: track.sha256 }
    try {
      const { url } = await files.load(sound)
      if (busy() && up === null) return false
      playing = track
      void sounder.fade(0, 0)
      const outcome = await sounder.play(url, () => {
        void sounder.fade(1, fade)
        onChange()
      }, { from_ms: Math.max(from, cue_in_ms), gain_db: track.gain_db, to_ms: cue_out_ms || undefined })
      // one that stood still may be right the next time
      if (outcome.kind === 'failed' && outcome.why !== 'stuck') broken.set(track.sha256, performance.now() + LEFT_OUT_MS)
      if (outcome.kind === 'ended' || outcome.kind === 'failed') next()
      return outcome.kind === 'ended'
    }
    catch {
      next()
      return false
    }
    finally {
      files.release(sound)
      playing = null
      onChange()
    }
  }

  function next() {
    const track = choose(1)
    from = 0
    id = track && track.track_id
  }

  function look() {
    if (up !== null && !hushed && !busy()) rise(up)
    if (playing || starting || hushed || sounder.locked() || (busy() && up === null)) return
    const track = choose(0)
    if (!track) return
    starting = true
    void play(track).then((ended) => {
      starting = false
      // what cannot be played is left to the next look
      if (ended) look()
    })
  }

  function rise(ms: number) {
    up = null
    void sounder.duck(0, ms)
  }

  function hush(): Promise<void> {
    if (!playing) {
      rise(0)
      return Promise.resolve()
    }
    hushed = hushed || sounder.fade(0, fade).then(() => {
      if (playing) {
        if (resumes) from = sounder.positionMs() || from
        else next()
        sounder.stop()
      }
      hushed = null
      quietAt = performance.now()
      rise(0)
      return sounder.fade(1, 0)
    })
    return hushed
  }

  return {
    look,
    quietAt: () => quietAt,
    ducks: () => !!playing && !hushed,
    duck(db, downMs, upMs) {
      const already = up !== null
      up = upMs
      return sounder.duck(db, downMs).then(() => {
        if (!already) quietAt = performance.now()
      })
    },
    fadeMs: () => playing ? fade : 0,
    track: () => playing,
    set(tracks, settings) {
      list = tracks
      const how = (settings && settings.music) || {}
      fade = how.fade_ms === undefined ? FADE_MS : how.fade_ms
      resumes = how.after !== 'next'
      if (!list.some(track => track.track_id === id)) void hush()
    },
    hush,
    load: () => keep.get<string>(KEY).then(kept => void (id = id || kept)),
  }
}
