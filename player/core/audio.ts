import type { FaultKind } from '../../shared/protocol'
import { createRamp } from './ramp'

/** How one attempt to sound something ended. */
export type Outcome
  = { kind: 'ended', heard_ms: number }
    | { kind: 'stopped', heard_ms: number }
    /** The browser wants a key or a tap first. */
    | { kind: 'blocked' }
    | { kind: 'failed', heard_ms: number, why: string }

export interface Sounder {
  /** Finds out, without a sound, whether this page may play. */
  probe: () => Promise<void>
  /** To be called synchronously inside a key or tap handler: the browser's permission lasts no longer than that. */
  unlock: () => void
  /** Plays one file; whatever was playing is stopped first. */
  play: (url: string, onStarted: (positionMs: number) => void, how?: Excerpt) => Promise<Outcome>
  /** At once, or over so many ms: a sound that breaks off clicks. */
  stop: (softMs?: number) => void
  /** Goes to a share (0..1) of the volume by and by. Resolves when it is there, or when another fade takes over. */
  fade: (to: number, ms: number) => Promise<void>
  /** The same in dB, besides: under an announcement that comes another way. */
  duck: (db: number, ms: number) => Promise<void>
  setVolume: (volume: number) => void
  /** Whether this element does as its `volume` says; on some devices only their own keys do. */
  obeys: () => boolean
  locked: () => boolean
  positionMs: () => number
}

/** What of a file is to sound, and how loud. */
interface Excerpt {
  from_ms: number
  gain_db: number
  /** Where it ends; absent: with the file. */
  to_ms?: number
}

/** One trouble, told once: with what helped, or with what is being tried when nothing has. */
export type OnFault = (kind: FaultKind, detail: string, recovery: string | null, over: boolean) => void

export interface SounderOptions {
  /** An address with a second of silence in it. */
  silence: string
  onLock: (locked: boolean) => void
  onFault?: OnFault
  /** Nothing that was tried for 25 s made any sound. Returns whether the page will be loaded again for it. */
  onHang?: () => boolean
}

/** Besides `timeupdate`, which is rare on some sets and absent when they hang. */
const LOOK_EVERY_MS = 250
const NUDGE_AFTER_MS = 6_000
const GIVE_UP_AFTER_MS = 12_000
const HANG_AFTER_MS = 25_000
const PROBE_LIMIT_MS = 4_000
const NEXT_WITHIN_MS = 10_000
const CUE_OUT_MS = 400
/** Nothing helped, and that has been told. */
const HUNG = 'nothing'

interface Turn {
  settle: (outcome: Outcome) => void
  onStarted: (positionMs: number) => void
  started: boolean
  /** s */
  position: number
  /** s */
  until: number
  stuck_ms: number
  nudged: boolean
  looked_at: number
}

const isBlock = (error: unknown): boolean => !!error && (error as { name?: string }).name === 'NotAllowedError'

/**
 * The page's one audio element: LG gives an app a single one, and old Android lets only the element play
 * that was started by a finger. It lives as long as the page and merely changes its `src`.
 */
export function createSounder(element: HTMLAudioElement, { silence, onLock, onFault, onHang }: SounderOptions): Sounder {
  let turn: Turn | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  let locked = false
  let volume = 1
  /** What the file on the element is to be multiplied by. */
  let gain = 1
  const share = createRamp(1, loud)
  const ducked = createRamp(0, loud)
  /** Without any sound, over all that was tried. */
  let still_ms = 0
  /** How long that was when it was last found beyond help. */
  let hung_ms = 0
  /** What has been tried since it stands still. */
  let tried = ''

  function loud() {
    element.volume = Math.min(1, volume * gain * share.value() * Math.pow(10, ducked.value() / 20))
  }

  function setLocked(value: boolean) {
    if (locked === value) return
    locked = value
    onLock(value)
  }

  /** `play()` as a promise also where it throws or returns nothing. */
  function start(): Promise<void> {
    try {
      return Promise.resolve(element.play())
    }
    catch (error) {
      return Promise.reject(error)
    }
  }

  const heard = () => Math.round(element.currentTime * 1000) || 0

  function end(outcome: Outcome) {
    if (!turn) return
    const { settle } = turn
    turn = null
    clearInterval(timer)
    element.onended = element.onerror = element.ontimeupdate = element.onloadedmetadata = null
    if (outcome.kind !== 'ended') element.pause()
    settle(outcome)
  }

  /** It was heard to where it should be. */
  function conclude() {
    element.pause()
    end({ kind: 'ended', heard_ms: heard() })
  }

  function noteStart(at: Turn) {
    if (at.started) return
    at.started = true
    setLocked(false)
    at.onStarted(heard())
  }

  function tell(recovery: string | null, over: boolean) {
    if (onFault) onFault('audio_stuck', `no sound for ${Math.round(still_ms / 1000)} s`, recovery, over)
  }

  /** Told by the next sound that it was the way out, or after a while by nobody that there was none. */
  function giveUp(at: Turn) {
    if (tried !== HUNG) tried = 'next'
    end({ kind: 'failed', heard_ms: at.started ? heard() : 0, why: 'stuck' })
    setTimeout(() => {
      if (turn || tried !== 'next') return
      tell(tried, false)
      tried = HUNG
    }, NEXT_WITHIN_MS)
  }

  function look() {
    const at = turn
    if (!at) return
    const now = performance.now()
    // a set that slept looks late: its sleep is no fault of the element
    const passed = Math.min(now - at.looked_at, 1_000)
    at.looked_at = now
    if (element.currentTime > at.position) {
      at.position = element.currentTime
      moved(at)
      if (at.position >= at.until) {
        at.until = Infinity
        void share.go(0, CUE_OUT_MS).then(() => turn === at && conclude())
      }
      return noteStart(at)
    }
    at.stuck_ms += passed
    still_ms += passed
    if (still_ms - hung_ms >= HANG_AFTER_MS) {
      hung_ms = still_ms
      const reloads = !!onHang && onHang()
      if (tried !== HUNG) tell(reloads ? 'reload' : null, false)
      tried = HUNG
    }
    if (at.stuck_ms >= GIVE_UP_AFTER_MS) {
      giveUp(at)
    }
    else if (at.stuck_ms >= NUDGE_AFTER_MS && !at.nudged) {
      at.nudged = true
      tried = tried || 'play again'
      start().catch(() => undefined)
    }
  }

  /** It sounds: whatever was wrong is over. */
  function moved(at: Turn) {
    if (tried && tried !== HUNG) tell(tried, true)
    tried = ''
    at.stuck_ms = still_ms = hung_ms = 0
    at.nudged = false
  }

  function play(url: string, onStarted: (positionMs: number) => void, how: Excerpt = { from_ms: 0, gain_db: 0 }): Promise<Outcome> {
    stop()
    return new Promise((settle) => {
      const from = how.from_ms / 1000
      const mine: Turn = { settle, onStarted, started: false, position: from, until: how.to_ms ? how.to_ms / 1000 : Infinity, stuck_ms: 0, nudged: false, looked_at: performance.now() }
      turn = mine
      element.onended = () => {
        noteStart(mine)
        end({ kind: 'ended', heard_ms: heard() })
      }
      element.onerror = () => {
        const why = `media error ${element.error ? element.error.code : ''}`
        if (onFault) onFault('audio_failed', why, 'next', true)
        end({ kind: 'failed', heard_ms: mine.started ? heard() : 0, why })
      }
      element.ontimeupdate = look
      if (from) {
        element.onloadedmetadata = () => {
          element.currentTime = from
        }
      }
      gain = Math.pow(10, how.gain_db / 20)
      loud()
      element.src = url
      timer = setInterval(look, LOOK_EVERY_MS)
      start().catch((error: unknown) => {
        if (turn !== mine) return
        if (!isBlock(error)) return end({ kind: 'failed', heard_ms: 0, why: String(error) })
        end({ kind: 'blocked' })
        setLocked(true)
      })
    })
  }

  function stop(softMs = 0) {
    const mine = turn
    const over = () => turn === mine && end({ kind: 'stopped', heard_ms: mine && mine.started ? heard() : 0 })
    if (softMs && mine && mine.started) void share.go(0, softMs).then(over)
    else over()
  }

  function tryInSilence(): Promise<void> {
    element.src = silence
    return start().then(() => setLocked(false), (error) => {
      // anything but a refusal says nothing about permission: the first message will tell
      if (isBlock(error)) setLocked(true)
    })
  }

  return {
    play,
    stop,
    probe: () => Promise.race([tryInSilence(), new Promise<void>(resolve => setTimeout(resolve, PROBE_LIMIT_MS))]),
    unlock() {
      if (locked && !turn) void tryInSilence()
    },
    fade: share.go,
    duck: ducked.go,
    setVolume(to) {
      volume = to
      loud()
    },
    obeys() {
      element.volume = 0.5
      const obeyed = element.volume === 0.5
      loud()
      return obeyed
    },
    locked: () => locked,
    positionMs: () => turn && turn.started ? heard() : 0,
  }
}
