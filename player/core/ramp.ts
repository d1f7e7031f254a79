/** A value that goes to another by and by, in steps that nobody hears. */
export interface Ramp {
  value: () => number
  /** Resolves when it is there, or when another way takes over. */
  go: (to: number, ms: number) => Promise<void>
}

const STEP_MS = 20
/** A page that was busy for a moment goes on from where it was: it does not jump after the clock. */
const LONGEST_STEP_MS = 40
/** Timers this far apart are those of a page that nobody sees. */
const THROTTLED_MS = 500

/** @param apply is called with every step */
export function createRamp(start: number, apply: () => void): Ramp {
  let value = start
  let target = start
  let done: Promise<void> = Promise.resolve()
  let end: () => void = () => undefined

  return {
    value: () => value,
    go(to, ms) {
      // the same way once more is the way that it is on
      if (to === target && ms) return done
      end()
      target = to
      done = new Promise((resolve) => {
        const from = value
        let passed = 0
        let looked = performance.now()
        const step = () => {
          const gone = performance.now() - looked
          looked += gone
          passed += gone > THROTTLED_MS ? ms : Math.min(gone, LONGEST_STEP_MS)
          value = passed < ms ? from + (to - from) * passed / ms : to
          apply()
          if (passed >= ms) end()
        }
        const timer = setInterval(step, STEP_MS)
        end = () => {
          clearInterval(timer)
          resolve()
        }
        step()
      })
      return done
    },
  }
}
