/** What the keys of a remote control mean to a screen. */
export interface Remote {
  /**
   * Any key, tap or click; called synchronously inside the handler, before anybody else can use the gesture up.
   * @param whole a key or a click; the beginning of a tap gives a page less than its end
   */
  press: (whole: boolean) => void
  /** The arrows up and down: louder (1) or softer (-1). */
  turn: (direction: 1 | -1) => void
  /** OK, a click or a tap, after `press`. Nothing happens but what this does. */
  ok: () => void
  /** The arrows left and right. */
  aside: () => void
  back: () => void
}

/** Back on LG, Back on Samsung, Exit on Samsung, Escape and Back of a browser: they would close the page, or leave it. */
const BACK = [461, 10009, 10182, 27, 8, 166]
const OK = [13, 32]
const LEFT = 37
const UP = 38
const RIGHT = 39
const DOWN = 40

/** Listens to a remote control, a mouse and a finger. */
export function listenToRemote(target: Window, remote: Remote) {
  target.addEventListener('keydown', (event) => {
    const { keyCode: key } = event
    if (BACK.indexOf(key) >= 0) {
      event.preventDefault()
      return remote.back()
    }
    remote.press(true)
    if (key === UP || key === DOWN) remote.turn(key === UP ? 1 : -1)
    else if (key === LEFT || key === RIGHT) remote.aside()
    else if (OK.indexOf(key) < 0) return
    // a key that is held down says OK many times a second
    else if (!event.repeat) remote.ok()
    // nothing scrolls, and no click comes after it
    event.preventDefault()
  }, true)
  for (const gesture of ['mousedown', 'touchstart', 'click'] as const) target.addEventListener(gesture, () => remote.press(gesture === 'click'), true)
  target.addEventListener('click', () => remote.ok(), true)
}
