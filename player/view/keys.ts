import type { Remote } from '../remote'

export interface Buttons {
  /** Lets sound out, where the browser waits for a gesture. */
  press: () => void
  turn: (direction: 1 | -1) => void
  /** Whether the player itself waits for a key. */
  awaited: () => boolean
  fullscreen: { wanted: () => boolean, ask: () => void, decline: () => void }
  info: { shown: () => boolean, show: (shown: boolean) => void }
}

/** A tap is told as touch, mouse and click: the first of them may do what is waited for, and the last is no second one. */
const ONE_GESTURE_MS = 800

/**
 * What each key does. One gesture gives sound and the whole screen at once, where they are waited for; when nothing
 * is, it opens and closes the panel with the particulars.
 */
export function createKeys({ press, turn, awaited, fullscreen, info }: Buttons): Remote {
  let usedAt = -Infinity

  function toggle() {
    if (performance.now() - usedAt > ONE_GESTURE_MS) info.show(!info.shown())
  }

  return {
    press(whole) {
      if (awaited() || fullscreen.wanted()) usedAt = performance.now()
      press()
      if (whole) fullscreen.ask()
    },
    turn,
    ok: toggle,
    aside: toggle,
    back() {
      if (info.shown()) info.show(false)
      else if (fullscreen.wanted()) fullscreen.decline()
    },
  }
}
