import type { Programme, ProgrammeTrack } from '../../shared/protocol'
import type { Sounder } from './audio'
import type { Files } from './files'
import type { Keep } from './keep'

export interface MusicOptions {
  keep: Keep
  files: Files
  sounder: Sounder
  /** Whether something else is on air or about to be. */
  busy: () => boolean
  onChange: () => void
}

export interface Music {
  /** The list, in its order, and what becomes of it after an announcement. */
  set: (list: ProgrammeTrack[], settings: Programme['settings']) => void
  /** Fades out and keeps the place. Resolves when the air is free. */
  hush: () => Promise<void>
  /** Goes on as soon as nothing else airs; to be called again and again. */
  look: () => void
  fadeMs: () => number
  /** What plays now. */
  track: () => ProgrammeTrack | null
  load: () => Promise<void>
}

const KEY = 'music'
const FADE_MS = 800

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

  /** The next track on the device from the present one on; `skip` leaves that one out. */
  function choose(skip: number): ProgrammeTrack | null {
    const at = list.findIndex(track => track.track_id === id)
    for (let i = 0; i < list.length; i++) {
      const track = list[(Math.max(at, 0) + (at < 0 ? 0 : skip) + i) % list.length]!
      if (files.ready(track.sha256)) return track
    }
    return null
  }

  /** Resolves with whether it was heard to its end. */
  async function play(track: ProgrammeTrack): Promise<boolean> {
    if (id !== track.track_id) from = 0
    id = track.track_id
    keep.set(KEY, id).catch(() => undefined)
    const sound = { play_id: id, url: track.url, sha256: track.sha256 }
    try {
      const { url } = await files.load(sound)
      if (busy()) return false
      playing = track
      void sounder.fade(0, 0)
      const outcome = await sounder.play(url, () => {
        void sounder.fade(1, fade)
        onChange()
      }, { from_ms: from, gain_db: track.gain_db })
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
    if (playing || starting || hushed || sounder.locked() || busy()) return
    const track = choose(0)
    if (!track) return
    starting = true
    void play(track).then((ended) => {
      starting = false
      // what cannot be played is left to the next look
      if (ended) look()
    })
  }

  function hush(): Promise<void> {
    if (!playing) return Promise.resolve()
    hushed = hushed || sounder.fade(0, fade).then(() => {
      if (playing) {
        if (resumes) from = sounder.positionMs() || from
        else next()
        sounder.stop()
      }
      hushed = null
      return sounder.fade(1, 0)
    })
    return hushed
  }

  return {
    look,
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
