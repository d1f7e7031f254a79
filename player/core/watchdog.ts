import type { Clock } from './clock'
import type { NoteFault } from './faults'

export interface WatchdogOptions {
  clock: Clock
  fault: NoteFault
  /** The page stood still, or the set slept: whatever is open may be dead, whatever was known may be old. */
  onSlept: () => void
  /** Somebody has set the clock of the set. */
  onSet: () => void
  /** Whether a reload would disturb anybody now. */
  idle: () => boolean
  /** Outside of opening hours, with everything on the device, and the server there. */
  night: () => boolean
  /** False when the page may not begin anew now. */
  reload: () => boolean
  isHidden?: () => boolean
}

/** A longer gap between two looks means that the page stood still. */
const FROZEN_MS = 15_000
/** By so much no clock is put back by itself. */
const STEP_MS = 5_000
/** Of what the engine gives to a page. */
const MEMORY_SHARE = 0.85
const MEMORY_HIGH_MS = 180_000
/** A page that is older begins anew at night. */
const OLD_MS = 12 * 3_600_000

interface Memory { usedJSHeapSize: number, jsHeapSizeLimit: number }

/** What the page's script uses, bytes, where the engine says so. */
export const memoryOf = (): Memory | undefined => (performance as Performance & { memory?: Memory }).memory

const hidden = () => typeof document !== 'undefined' && document.hidden

/** Watches the page itself: whether it stands still, whose clock is set, whose memory fills, and who gets old. */
export function createWatchdog({ clock, fault, onSlept, onSet, idle, night, reload, isHidden = hidden }: WatchdogOptions) {
  const begun = clock.mono()
  let looked = { mono: begun, wall: Date.now() }
  let highSince: number | null = null
  let told = false

  function lookAtTime() {
    const awake = clock.mono() - looked.mono
    const jump = Date.now() - looked.wall - awake
    looked = { mono: clock.mono(), wall: Date.now() }
    // in the background a page is woken once a minute: there only a jump says that the set slept
    const frozen = isHidden() ? 0 : awake
    if (Math.max(frozen, jump, frozen + jump) <= FROZEN_MS && jump >= -STEP_MS) return
    const setBy = clock.slept()
    if (setBy) {
      fault('clock_step', `${Math.round(setBy / 1000)} s`, 'measured again', true)
      onSet()
    }
    if (setBy && frozen <= FROZEN_MS) return
    fault('page_frozen', `${Math.round(Math.max(awake, awake + jump) / 1000)} s`, 'connected again', true)
    onSlept()
  }

  function lookAtMemory() {
    const memory = memoryOf()
    if (!memory || memory.usedJSHeapSize < memory.jsHeapSizeLimit * MEMORY_SHARE) {
      highSince = null
      return
    }
    if (highSince === null) highSince = clock.mono()
    if (clock.mono() - highSince < MEMORY_HIGH_MS || !idle()) return
    const detail = `${Math.round(memory.usedJSHeapSize / 1e6)} of ${Math.round(memory.jsHeapSizeLimit / 1e6)} MB`
    // noted first: a page that begins anew has no time for it
    if (!told) fault('memory_high', detail, 'reload', false)
    told = true
    highSince = clock.mono()
    reload()
  }

  return {
    /** To be called once a second, before anything else looks at the clock. */
    look() {
      lookAtTime()
      lookAtMemory()
      if (clock.mono() - begun > OLD_MS && idle() && night()) reload()
    },
  }
}
