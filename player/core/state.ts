import type { PlayerIdentity, PlayerStatus, Priority, Stretch, WallClock, WordTimes } from '../../shared/protocol'
import type { Heard } from './airing'
import type { Connection } from './link'
import type { ShownLook } from './look'

export interface OnAir {
  play_id: string
  title: string
  text: string
  priority: Priority
  /** Null until the first sound. */
  started_at: string | null
  position_ms: number
  duration_ms: number
  /** Captions word by word, where the voice gave their times. */
  words?: WordTimes
}

/** All that the screen shows, and what `window.__player` tells. */
export interface PlayerState {
  phase: 'starting' | 'pairing' | 'paired'
  connected: boolean
  paired: boolean
  connection: Connection
  /** The code to be entered, while there is one. */
  code: string | null
  /** The same as a QR code: an SVG path in a square of `size`. */
  qr: { size: number, path: string } | null
  player: PlayerIdentity | null
  /** How the store's clocks run. */
  wall_clock: WallClock | null
  sound: 'unknown' | 'locked' | 'unlocked'
  now: OnAir | null
  queue_length: number
  /** The next occurrence of the programme. */
  next: { title: string, due_at: string } | null
  /** The title of the music that plays, which may be empty. */
  music: string | null
  files: PlayerStatus['files'] | null
  /** The latest first. */
  heard: Heard[]
  volume: number
  muted: boolean
  /** Somebody is changing the volume with the remote control: show it. */
  volume_shown: boolean
  identifying: boolean
  /** Texts of what is on air are shown. */
  captions: boolean
  /** How the client's screens look. */
  look: ShownLook | null
  /** When the store is open; null: nobody has said. */
  open: Stretch[] | null
  /** As far as the programme reaches that said so; ms. */
  open_known_until: number
  /** A key or a tap is missing: for sound, or for the whole screen. */
  waits_for_tap: 'sound' | 'fullscreen' | null
  /** When the server last answered, by its clock. */
  synced_at: string | null
  storage: { usage_bytes: number, quota_bytes: number } | null
  /** The server's time, ms. */
  time: number
  clock_offset_ms: number | null
  /** Reports that the server has not on record yet. */
  unreported: number
  errors: string[]
}

/** What a screen shows before its program runs: the server renders this. */
export function initialState(): PlayerState {
  return {
    phase: 'starting',
    connected: false,
    paired: false,
    connection: 'connecting',
    code: null,
    qr: null,
    player: null,
    wall_clock: null,
    sound: 'unknown',
    now: null,
    queue_length: 0,
    next: null,
    music: null,
    files: null,
    heard: [],
    volume: 1,
    muted: false,
    volume_shown: false,
    identifying: false,
    captions: true,
    look: null,
    open: null,
    open_known_until: 0,
    waits_for_tap: null,
    synced_at: null,
    storage: null,
    time: 0,
    clock_offset_ms: null,
    unreported: 0,
    errors: [],
  }
}
