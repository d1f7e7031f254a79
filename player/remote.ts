/** Back on LG, Back on Samsung, Exit on Samsung: they would close the page. */
const SWALLOWED = [461, 10009, 10182]
const ARROW_UP = 38
const ARROW_DOWN = 40

/**
 * Listens to a remote control, a mouse and a finger.
 * @param press called synchronously inside the handler, before anybody else can use the gesture up
 * @param turn called besides for the arrows: louder (1) or softer (-1)
 */
export function listenToRemote(target: Window, press: () => void, turn: (direction: 1 | -1) => void) {
  target.addEventListener('keydown', (event) => {
    if (SWALLOWED.indexOf(event.keyCode) >= 0) return event.preventDefault()
    press()
    if (event.keyCode === ARROW_UP || event.keyCode === ARROW_DOWN) {
      event.preventDefault()
      turn(event.keyCode === ARROW_UP ? 1 : -1)
    }
  }, true)
  for (const gesture of ['mousedown', 'touchstart', 'click'] as const) target.addEventListener(gesture, press, true)
}
