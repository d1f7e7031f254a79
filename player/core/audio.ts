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
  play: (url: string, onStarted: (positionMs: number) => void, how?: { from_ms: number, gain_db: number }) => Promise<Outcome>
  stop: () => void
  /** Goes to a share (0..1) of the volume by and by. Resolves when it is there, or when another fade takes over. */
  fade: (to: number, ms: number) => Promise<void>
  setVolume: (volume: number) => void
  locked: () => boolean
  positionMs: () => number
}

export interface SounderOptions {
  /** An address with a second of silence in it. */
  silence: string
  onLock: (locked: boolean) => void
  /** A recovery that is worth telling the server. */
  onFault?: (what: string) => void
  /** Nothing that was tried for 25 s made any sound. */
  onHang?: () => void
}

/** Besides `timeupdate`, which is rare on some sets and absent when they hang. */
const LOOK_EVERY_MS = 250
const NUDGE_AFTER_MS = 6_000
const GIVE_UP_AFTER_MS = 12_000
const HANG_AFTER_MS = 25_000
const FADE_STEP_MS = 40
const PROBE_LIMIT_MS = 4_000

interface Turn {
  settle: (outcome: Outcome) => void
  onStarted: (positionMs: number) => void
  started: boolean
  position: number
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
  let share = 1
  let endFade: () => void = () => undefined
  /** Without any sound, over all that was tried. */
  let still_ms = 0

  const loud = () => {
    element.volume = Math.min(1, volume * gain * share)
  }

  function fade(to: number, ms: number): Promise<void> {
    endFade()
    return new Promise((resolve) => {
      const from = share
      const begun = performance.now()
      const step = () => {
        const done = ms > 0 ? Math.min(1, (performance.now() - begun) / ms) : 1
        share = from + (to - from) * done
        loud()
        if (done === 1) endFade()
      }
      const fading = setInterval(step, FADE_STEP_MS)
      endFade = () => {
        clearInterval(fading)
        resolve()
      }
      step()
    })
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

  function noteStart(at: Turn) {
    if (at.started) return
    at.started = true
    setLocked(false)
    at.onStarted(heard())
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
      at.stuck_ms = still_ms = 0
      at.nudged = false
      return noteStart(at)
    }
    at.stuck_ms += passed
    still_ms += passed
    if (still_ms >= HANG_AFTER_MS && onHang) {
      still_ms = 0
      onHang()
    }
    if (at.stuck_ms >= GIVE_UP_AFTER_MS) {
      if (onFault) onFault('audio stood still and was skipped')
      end({ kind: 'failed', heard_ms: at.started ? heard() : 0, why: 'stuck' })
    }
    else if (at.stuck_ms >= NUDGE_AFTER_MS && !at.nudged) {
      at.nudged = true
      if (onFault) onFault('audio stood still and was started again')
      start().catch(() => undefined)
    }
  }

  function play(url: string, onStarted: (positionMs: number) => void, how = { from_ms: 0, gain_db: 0 }): Promise<Outcome> {
    stop()
    return new Promise((settle) => {
      const from = how.from_ms / 1000
      const mine: Turn = { settle, onStarted, started: false, position: from, stuck_ms: 0, nudged: false, looked_at: performance.now() }
      turn = mine
      element.onended = () => {
        noteStart(mine)
        end({ kind: 'ended', heard_ms: heard() })
      }
      element.onerror = () => end({ kind: 'failed', heard_ms: mine.started ? heard() : 0, why: `media error ${element.error ? element.error.code : ''}` })
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

  function stop() {
    end({ kind: 'stopped', heard_ms: turn && turn.started ? heard() : 0 })
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
    fade,
    setVolume(to) {
      volume = to
      loud()
    },
    locked: () => locked,
    positionMs: () => turn && turn.started ? heard() : 0,
  }
}
